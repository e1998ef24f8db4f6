import type { EngineEvent, OperationResult, Outputs } from "../../engine";
import type { Failure } from "../failure";
import type { Reporter, Sink } from "./reporter";

/** What stands for a secret. */
const SECRET = "[secret]";

/** A JSON document a line: `begin`, `event`, `result` and `error`, each with its tenant. No secret is among them. */
export class JsonReporter implements Reporter {
  constructor(private readonly out: Sink) {}

  begin(tenant: string, operation: string): void {
    this.write({ type: "begin", tenant, operation });
  }

  event(tenant: string, event: EngineEvent): void {
    this.write({ type: "event", tenant, event });
  }

  done(tenant: string, result: OperationResult): void {
    this.write({ type: "result", tenant, result: { ...result, outputs: withoutSecrets(result.outputs) } });
  }

  failed(tenant: string, { code, error, message, details }: Failure): void {
    this.write({ type: "error", tenant, code, error, message, ...details });
  }

  note(message: string): void {
    this.write({ type: "note", message });
  }

  end(): void {
    // Each line stands for itself.
  }

  private write(document: Readonly<Record<string, unknown>>): void {
    this.out.write(`${JSON.stringify(document)}\n`);
  }
}

/** Outputs as plain values, secrets masked. */
export function withoutSecrets(outputs: Outputs): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [name, secret ? SECRET : value]),
  );
}
