import type { LocalCloudStatus } from "../index";
import type { ServiceStatus } from "../onboarding";

/** What to do where the service does not run. */
export const SERVE_HINT = "The onboarding service does not run. Start it with: npm run local -- serve";

/** What runs, for people and machines. */
export interface StatusReport {
  readonly text: string;
  readonly document: object;
  /** Whether all runs that was ever started. */
  readonly isUp: boolean;
}

/** Whether the service was started once, and does not run whole. */
export function isServiceDown({ url, api, worker }: ServiceStatus): boolean {
  return url !== undefined && (api === undefined || worker === undefined);
}

/** Says what runs, and where. */
export function statusReport(status: LocalCloudStatus, service: ServiceStatus): StatusReport {
  const { instance, directory, postgres, kubernetes, cloud } = status;
  const part = (name: string, pid: number | undefined, address = "") =>
    `${name.padEnd(12)}${pid === undefined ? "down" : `up    ${`${address} `.trimStart()}(process ${pid})`}`;
  const pidOf = ({ up, pid }: { up: boolean; pid?: number }) => (up ? pid : undefined);
  const lines = [
    `local cloud "${instance}" in ${directory}`,
    part("PostgreSQL", pidOf(postgres), cloud && `${cloud.postgres.host}:${cloud.postgres.port}`),
    part("Kubernetes", pidOf(kubernetes), cloud?.kubernetes.server),
    part("API", service.api, service.url),
    part("worker", service.worker),
    ...(service.api === undefined || service.worker === undefined ? [SERVE_HINT] : []),
  ];
  const daemon = (pid: number | undefined) => ({ up: pid !== undefined, pid });
  return {
    text: `${lines.join("\n")}\n`,
    document: {
      instance,
      directory,
      postgres,
      kubernetes,
      api: { ...daemon(service.api), url: service.url },
      worker: daemon(service.worker),
    },
    isUp: postgres.up && kubernetes.up && !isServiceDown(service),
  };
}
