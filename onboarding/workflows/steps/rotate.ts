import { ProblemError } from "../../lifecycle";
import type { Step } from "../job";

/** Has Secrets Manager make a new password of the database's user, and sees that it opens the database. */
export const rotateStep: Step = {
  name: "rotate",
  async run({ shop, operation, tenant }) {
    const { database } = tenant.facts;
    if (database === undefined) {
      throw new ProblemError({
        type: "wrong-phase",
        detail: `tenant '${tenant.id}' has no database whose credentials could be rotated`,
      });
    }
    await shop.account.rotate(database.secretArn, operation.id);
    if (database.engine === "postgres")
      await shop.databases.within(database, (client) => client.query("select 1"));
    return { secretArn: database.secretArn, rotatedAt: new Date().toISOString() };
  },
};
