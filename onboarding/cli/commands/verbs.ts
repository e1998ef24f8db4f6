import type { Accepted, ChangeOptions, TenantryClient } from "../../client";

/** The changes that a tenant's id is enough for. */
export const PLANNABLE = [
  "repair",
  "suspend",
  "resume",
  "rotate",
  "offboard",
  "purge",
  "restore",
  "refresh",
  "retry",
] as const;

/** One of {@link PLANNABLE}. */
export type Plannable = (typeof PLANNABLE)[number];

/** Asks for a change that needs no more than a tenant's id. */
export function verbOf(
  client: TenantryClient,
  verb: Plannable,
): (id: string, options: ChangeOptions) => Promise<Accepted> {
  switch (verb) {
    case "suspend":
      return (id, options) => client.suspend(id, {}, options);
    case "offboard":
      return (id, options) => client.offboard(id, {}, options);
    case "purge":
      return (id, options) => client.purge(id, {}, options);
    case "restore":
      return (id, options) => client.restore(id, {}, options);
    case "repair":
    case "resume":
    case "rotate":
    case "refresh":
    case "retry":
      return (id, options) => client[verb](id, options);
  }
}
