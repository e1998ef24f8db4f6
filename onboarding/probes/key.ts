import { NO_NEIGHBOUR, PASSED, type Probe, failed } from "./probe";

/** The tenant's role can decrypt with its own key. */
export const ownKeyDecrypts: Probe = {
  name: "own-key-decrypts",
  kind: "positive",
  presences: ["serving", "suspended"],
  async run({ tenant, account }) {
    const { roleArn, keyArn } = tenant.facts;
    if (roleArn === undefined || keyArn === undefined)
      return failed("the tenant's stack names no role or key");
    return (await account.mayDecrypt(roleArn, keyArn))
      ? PASSED
      : failed(`${roleArn} may not decrypt with ${keyArn}`);
  },
};

/** The tenant's role cannot decrypt with a neighbour's key. */
export const neighboursKeyRefuses: Probe = {
  name: "neighbours-key-refuses",
  kind: "negative",
  presences: ["serving", "suspended"],
  async run({ tenant, neighbour, account }) {
    const { roleArn } = tenant.facts;
    const keyArn = neighbour?.facts.keyArn;
    if (keyArn === undefined || roleArn === undefined) return NO_NEIGHBOUR;
    return (await account.mayDecrypt(roleArn, keyArn))
      ? failed(`${roleArn} may decrypt with a neighbour's key`)
      : PASSED;
  },
};
