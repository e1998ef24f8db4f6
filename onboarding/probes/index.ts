export type { Finding, Probe, ProbeContext } from "./probe";
export { PROBES, type ProbeResult, isBreach, runProbes } from "./run";
