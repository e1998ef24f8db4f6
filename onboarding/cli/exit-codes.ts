import { EXIT, type ExitCodeMeanings } from "../../tenants/cli/exit-codes";

/** The exit codes of `tenantry`, as help and README show them; those of `tenantry engine` mean something of their own. */
export const SERVICE_EXIT_CODES: ExitCodeMeanings = {
  [EXIT.ok]: "everything asked for was done, or accepted where it is not waited for",
  [EXIT.failure]:
    "an operation failed, API or issuer did not answer or were too busy, or the audit log is not as it was written",
  [EXIT.badInput]: "bad input: a wrong option, spec or environment, or a refused request; it changed nothing",
  [EXIT.policyViolation]: "a mandatory policy refused the operation",
  [EXIT.locked]: "another operation is at work on the tenant, or another run on its stack",
  [EXIT.notFound]: "the tenant or operation is not there, or its cell is not up",
  [EXIT.interrupted]: "no longer waited for: what was accepted goes on; or not confirmed",
};
