import { TENANTS_PROJECT } from "../../components/rules/projects";
import { SHARED_TENANT } from "../../components/rules/tags";

/** Whose stack a resource belongs to, read from its URN. */
export interface Owner {
  /** The Pulumi project. */
  readonly project: string;
  /** The stack: a cell's name, or a tenant's id. */
  readonly stack: string;
  /** The tenant's id, or undefined for what the cell shares. */
  readonly tenant: string | undefined;
  /** The value that the tag `tenant-id` must carry. */
  readonly tenantTag: string;
}

/** Reads the owner from a URN (`urn:pulumi:<stack>::<project>::<types>::<name>`). */
export function ownerOf(urn: string): Owner {
  const [head = "", project = ""] = urn.split("::");
  const stack = head.slice("urn:pulumi:".length);
  const tenant = project === TENANTS_PROJECT ? stack : undefined;
  return { project, stack, tenant, tenantTag: tenant ?? SHARED_TENANT };
}
