export type { Finding, Probe, ProbeContext } from "./probe";
export { PROBES, type ProbeResult, isBreach, isSettled, runProbes } from "./run";
