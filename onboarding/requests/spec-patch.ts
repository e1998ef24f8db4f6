import { isDeepStrictEqual } from "node:util";
import type { TenantSpec } from "../../tenants/spec";
import { tenantSpecSchema } from "../../tenants/spec/tenant-spec";
import { ProblemError } from "../lifecycle";
import type { OperationInput, Tenant } from "../registry";
import { fieldProblem, fieldProblems, refuseFields } from "./field-problems";
import { mergePatch } from "./merge-patch";

/**
 * A tenant's spec with a merge patch applied, checked like any other.
 *
 * @throws ProblemError `invalid-spec` with every wrong field, or `immutable-field`
 */
export function patchedSpec(
  { id, spec }: Pick<Tenant, "id" | "spec">,
  patch: Readonly<Record<string, unknown>>,
): TenantSpec {
  const value = mergePatch(spec, patch);
  const parsed = tenantSpecSchema.safeParse(value);
  if (!parsed.success) return refuseFields("invalid-spec", "the spec", fieldProblems(parsed.error, value));
  if (parsed.data.id === id) return parsed.data;
  const message = `id is '${parsed.data.id}': expected '${id}', as a tenant's id is for ever`;
  throw fieldProblem("immutable-field", "id", message);
}

/**
 * What an operation is asked now that its turn has come: a patch is applied to the spec as it is by now, so what it leaves
 * out stays as the operations before it have made it.
 *
 * @throws ProblemError `precondition-failed` where it was decided on another spec, and what `patchedSpec` throws
 */
export function inputNow(tenant: Tenant, input: OperationInput): OperationInput {
  const { patch, basedOn } = input;
  if (patch === undefined) return input;
  if (basedOn !== undefined && !isDeepStrictEqual(basedOn, tenant.spec)) {
    throw new ProblemError({
      type: "precondition-failed",
      detail: `the spec of tenant '${tenant.id}' was changed by an operation before this one: expected the one that If-Match named`,
      next: "read the tenant again, and decide again; nothing was changed",
    });
  }
  return { ...input, spec: patchedSpec(tenant, patch) };
}
