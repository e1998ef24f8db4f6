import { type CallBudget, type PacedService, ProcessBudget } from "../budget";

/** Where and how AWS is called. What is left out, the SDK takes from environment and role, as everywhere. */
export interface AwsAccess {
  /** Default: AWS_REGION. */
  readonly region?: string;
  /** Another address than AWS's own, for every service: for tests. Default: AWS_ENDPOINT_URL, or AWS's. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What its calls are taken from. Default: one of its own. */
  readonly budget?: CallBudget;
}

/** How often a call is sent that is throttled or that the network loses. */
const MAX_ATTEMPTS = 8;

/** What every client is made with: retries that slow down for as long as AWS throttles. */
export function clientConfig({ region, endpoint, credentials }: AwsAccess) {
  return {
    retryMode: "adaptive",
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: 5000, socketTimeout: 60_000 },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

type Handler<Input, Output> = (input: Input) => Promise<Output>;

/** A client of the SDK, as far as its way of sending is changed here. */
interface Sending {
  readonly middlewareStack: {
    add(
      middleware: <Input extends object, Output>(next: Handler<Input, Output>) => Handler<Input, Output>,
      options: { readonly name: string; readonly step: "finalizeRequest"; readonly priority: "low" },
    ): void;
  };
}

/**
 * Has a client take its requests from a service's budget, those of its retries and pages among them. Its errors carry AWS's
 * code as `code`, as those of Node.js and PostgreSQL do.
 */
export function paced<Client extends Sending>(
  client: Client,
  service: PacedService,
  { budget = new ProcessBudget() }: AwsAccess,
): Client {
  client.middlewareStack.add(
    (next) => async (input) => {
      await budget.take(service);
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof Error && !("code" in error)) Object.assign(error, { code: error.name });
        throw error;
      }
    },
    // Within the retries, so that each of them counts.
    { name: "tenantryPace", step: "finalizeRequest", priority: "low" },
  );
  return client;
}
