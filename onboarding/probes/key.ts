import { NO_NEIGHBOUR, PASSED, type Probe, bothWays, failed } from "./probe";

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

/** The role of one cannot decrypt with the key of the other. */
export const keysRefuse = bothWays("key", async ({ from, to, words }, { account }) => {
  const { roleArn } = from.facts;
  const { keyArn } = to.facts;
  if (roleArn === undefined || keyArn === undefined) return NO_NEIGHBOUR;
  return (await account.mayDecrypt(roleArn, keyArn))
    ? failed(`${words.from} role may decrypt with ${words.to} key`)
    : PASSED;
});
