import { pino } from "pino";
import { type ApiDependencies, createApi } from "../api";

const unused = (): never => {
  throw new Error("only the API's document is asked for: expected no other request");
};

const DEPENDENCIES: ApiDependencies = {
  registry: {
    tenants: { find: unused, list: unused },
    operations: { find: unused, list: unused, progress: unused },
    events: { list: unused },
    audit: { list: unused, verify: unused, has: unused },
    webhooks: {
      list: unused,
      find: unused,
      create: unused,
      remove: unused,
      deliveries: unused,
      resend: unused,
    },
    once: unused,
  },
  requests: { onboard: unused, start: unused, cancel: unused },
  cells: { list: unused },
  authenticator: { authenticate: unused },
  checkWebhookTarget: unused,
  logger: pino({ level: "silent" }),
};

/** The API's OpenAPI document, as JSON text, from an API that has nothing behind it. */
export async function readApiDocument(): Promise<string> {
  const answer = await createApi(DEPENDENCIES).request("/openapi.json");
  if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}: expected 200`);
  return answer.text();
}
