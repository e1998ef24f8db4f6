import type { Sink } from "../../../tenants/cli/render/reporter";
import type { Operation, Plan, WatchedProgress } from "../../client";
import type { Failure } from "../failure";
import type { ChangeReporter } from "./reporter";

/** A JSON document a line: `begin`, `accepted`, `progress`, `result`, `plan`, `unchanged` and `error`, each with its tenant. */
export class JsonChangeReporter implements ChangeReporter {
  constructor(private readonly out: Sink) {}

  begin(tenant: string, change: string): void {
    this.write({ type: "begin", tenant, change });
  }

  accepted(tenant: string, operation: Operation): void {
    this.write({ type: "accepted", tenant, operation });
  }

  progress(tenant: string, line: WatchedProgress): void {
    this.write({ type: "progress", tenant, ...line });
  }

  done(tenant: string, operation: Operation): void {
    this.write({ type: "result", tenant, operation });
  }

  planned(tenant: string, plan: Plan): void {
    this.write({ type: "plan", tenant, ...plan });
  }

  unchanged(tenant: string): void {
    this.write({ type: "unchanged", tenant });
  }

  failed(tenant: string, { code, error, message, details }: Failure): void {
    this.write({ ...details, type: "error", tenant, code, error, message });
  }

  end(): void {
    // Each line stands for itself.
  }

  private write(document: Readonly<Record<string, unknown>>): void {
    this.out.write(`${JSON.stringify(document)}\n`);
  }
}
