/** The client that people log in through. It has no secret: a program on their own machine could keep none. */
export const PEOPLE_CLIENT = "tenantry-cli";

/** Somebody who may log in; nobody asks them for a password here. */
export interface Person {
  /** The `sub` of their tokens. */
  readonly id: string;
  readonly email: string;
  /** Their roles, as `cognito:groups`. */
  readonly groups: readonly string[];
  /** The tenant of a tenant's administrator, as `custom:tenant_id`. */
  readonly tenantId?: string;
}

/** The people of the local cloud: one of each role. */
export const PEOPLE: readonly Person[] = [
  { id: "ada", email: "ada@tenantry.example", groups: ["admin"] },
  { id: "otto", email: "otto@tenantry.example", groups: ["operator"] },
  { id: "aura", email: "aura@tenantry.example", groups: ["auditor"] },
  { id: "tina", email: "tina@acme.example", groups: ["tenant-admin"], tenantId: "acme" },
];

/** The person of an id. */
export function personOf(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id);
}
