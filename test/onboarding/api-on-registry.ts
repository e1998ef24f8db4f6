import { PassThrough } from "node:stream";
import pino from "pino";
import { createApi } from "../../onboarding/api";
import { ORIGIN, type RegistryWorld } from "./registry-world";

/** What a test sends besides. */
interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Sends a request to an API on a world's registry, as an admin, such as `GET /v1/tenants`. */
export async function sendTo(world: RegistryWorld, request: string, sent: Sent = {}): Promise<Response> {
  const { registry, requests } = world;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const app = createApi({
    registry,
    requests,
    cells: registry.cells,
    authenticator: {
      authenticate: () => Promise.resolve({ ...ORIGIN.actor, roles: ["admin"], expiresAt }),
    },
    checkWebhookTarget: () => Promise.resolve(),
    logger: pino(new PassThrough().resume()),
  });
  const [method = "", path = ""] = request.split(" ");
  const body = sent.json === undefined ? undefined : JSON.stringify(sent.json);
  return app.request(path, {
    method,
    headers: { "Content-Type": "application/json", ...sent.headers },
    body,
  });
}
