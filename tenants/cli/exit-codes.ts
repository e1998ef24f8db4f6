/** What the exit code of `tenantry` means, its `engine` commands among it. */
export const EXIT = {
  ok: 0,
  failure: 1,
  badInput: 2,
  policyViolation: 3,
  locked: 4,
  notFound: 5,
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, in words. */
export type ExitCodeMeanings = Readonly<Record<ExitCode, string>>;

/** The exit codes of `tenantry engine`, as help and README show them. */
export const ENGINE_EXIT_CODES: ExitCodeMeanings = {
  [EXIT.ok]: "everything asked for was done",
  [EXIT.failure]: "an operation failed; run it again once the cause is gone, and it goes on from there",
  [EXIT.badInput]: "bad input: a wrong option, spec or environment; nothing was changed",
  [EXIT.policyViolation]: "a mandatory policy refused the operation",
  [EXIT.locked]: "another run is at work on the tenant's stack",
  [EXIT.notFound]: "the tenant is not there, or its cell is not up",
  [EXIT.interrupted]: "interrupted, or not confirmed; run it again, and it goes on from there",
};

/** The exit codes as help shows them. */
export function exitCodesHelp(meanings: ExitCodeMeanings): string {
  const lines = Object.entries(meanings).map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`);
  return ["Exit codes:", ...lines].join("\n");
}

/** The code for a run over several tenants: that of the first that did not end well; an interruption goes before all. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(EXIT.interrupted)) return EXIT.interrupted;
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}
