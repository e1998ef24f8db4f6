import { DatabaseError } from "pg";
import { NO_NEIGHBOUR, PASSED, type Probe, bothWays, failed } from "./probe";

/** The tenant's database lets its own user in, and answers. */
export const databaseAnswers: Probe = {
  name: "database-answers",
  kind: "positive",
  presences: ["serving", "suspended"],
  async run({ tenant, databases }) {
    const { database } = tenant.facts;
    if (database === undefined) return failed("the tenant's stack names no database");
    if (database.engine !== "postgres") return { outcome: "skipped", reason: `engine is ${database.engine}` };
    const user = await databases.within(database, async (client) => {
      const { rows } = await client.query<{ user: string }>('select current_user as "user"');
      return rows[0]?.user;
    });
    return user === database.username ? PASSED : failed(`the database knows the tenant as '${user}'`);
  },
};

/** SQLSTATE of a refused log-in: wrong password, no such role, no right to connect. */
const REFUSED = new Set(["28P01", "28000", "42501"]);

/** The user of one is refused by the database of the other. */
export const databasesRefuse = bothWays("database", async ({ from, to, words }, { databases, account }) => {
  const own = from.facts.database;
  const theirs = to.facts.database;
  if (own === undefined || theirs === undefined) return NO_NEIGHBOUR;
  if (own.engine !== "postgres" || theirs.engine !== "postgres")
    return { outcome: "skipped", reason: "only PostgreSQL is asked" };
  const credentials = await account.credentials(own.secretArn);
  try {
    await databases.as(theirs, credentials, (client) => client.query("select 1"));
  } catch (error) {
    if (error instanceof DatabaseError && REFUSED.has(error.code ?? "")) return PASSED;
    throw error;
  }
  return failed(`${words.from} user can log in to ${words.to} database`);
});
