/** How often a service of AWS is called at most, by all workers of an account together. */
export interface CallRate {
  /** Calls a second in the long run. */
  readonly perSecond: number;
  /** Calls that may come at once after a pause; in any second come less than `perSecond` and `burst` together. */
  readonly burst: number;
  /** Calls that a provider makes to create, update or delete one resource, as far as they count. Default: 1. */
  readonly callsPerChange?: number;
  /** Modules of Pulumi's AWS provider whose resources are changed by calls to the service. Default: none. */
  readonly modules?: readonly string[];
}

/**
 * The rates, which `TENANTRY_AWS_CALLS_PER_SECOND` replaces one by one. What a provider only reads is not counted, so they
 * leave room for that, and for people; each burst lets the changes of one tenant's stack through at once.
 *
 * - Route 53 takes five requests a second of an account, of whatever kind, so what a record's change makes of them counts:
 *   the change, a look whether it has come about, the record read back
 *   (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html).
 * - KMS takes five a second of each CreateKey, CreateAlias and DisableKey, so its rate and burst stay within that
 *   (https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html).
 * - Secrets Manager takes 50 a second of RotateSecret, far more of the reads
 *   (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html).
 * - S3 takes 3,500 writes a second and prefix
 *   (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
 * - EventBridge takes 400 PutEvents a second in the smallest regions
 *   (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html).
 * - EC2 fills each action's bucket anew at a rate of its own
 *   (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html); IAM, RDS, EKS and CloudWatch Logs publish no
 *   number for what is called here. These are cautious choices, and adaptive retries find out the rest.
 */
export const CALL_RATES = {
  route53: { perSecond: 5, burst: 1, callsPerChange: 3, modules: ["route53"] },
  kms: { perSecond: 3, burst: 3, modules: ["kms"] },
  iam: { perSecond: 10, burst: 10, modules: ["iam"] },
  rds: { perSecond: 5, burst: 10, modules: ["rds"] },
  ec2: { perSecond: 5, burst: 20, modules: ["ec2", "vpc"] },
  eks: { perSecond: 5, burst: 10, modules: ["eks"] },
  logs: { perSecond: 5, burst: 5, modules: ["cloudwatch"] },
  secretsmanager: { perSecond: 20, burst: 20, modules: ["secretsmanager"] },
  s3: { perSecond: 200, burst: 100, modules: ["s3"] },
  eventbridge: { perSecond: 200, burst: 50 },
} as const satisfies Readonly<Record<string, CallRate>>;

/** A service that has a rate. */
export type PacedService = keyof typeof CALL_RATES;

/** A rate for each service that has one. */
export type CallRates = Readonly<Record<PacedService, CallRate>>;

/** The services that have a rate. */
export const PACED_SERVICES = Object.keys(CALL_RATES).filter(isPaced);

/** The service whose calls change resources of a type such as `aws:kms/key:Key`; undefined where it has no rate. */
export function serviceOf(type: string): PacedService | undefined {
  const module = /^aws:([^/:]+)\//.exec(type)?.[1];
  return module === undefined ? undefined : SERVICE_OF_MODULE.get(module);
}

const SERVICE_OF_MODULE: ReadonlyMap<string, PacedService> = new Map(
  PACED_SERVICES.flatMap((service) => {
    const { modules = [] }: CallRate = CALL_RATES[service];
    return modules.map((module) => [module, service] as const);
  }),
);

/**
 * Reads rates such as `route53=10,rds=2`; services that it does not name keep theirs.
 *
 * @throws Error naming the entry and what was expected
 */
export function parseCallRates(text: string): CallRates {
  const rates: Record<PacedService, CallRate> = { ...CALL_RATES };
  const seen = new Set<string>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const [service = "", value = "", ...rest] = entry.split("=").map((part) => part.trim());
    if (!isPaced(service)) {
      throw new Error(`'${entry}' names service '${service}': expected one of ${PACED_SERVICES.join(", ")}`);
    }
    if (!/^\d+(\.\d+)?$/.test(value) || Number(value) === 0 || rest.length > 0) {
      throw new Error(
        `'${entry}' says '${value}': expected calls a second, a number above 0, as ${service}=5`,
      );
    }
    if (seen.has(service)) throw new Error(`'${entry}' names ${service} again: expected each service once`);
    seen.add(service);
    rates[service] = { ...rates[service], perSecond: Number(value) };
  }
  return rates;
}

function isPaced(name: string): name is PacedService {
  return Object.hasOwn(CALL_RATES, name);
}
