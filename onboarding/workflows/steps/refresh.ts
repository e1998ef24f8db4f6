import type { Step } from "../job";
import { stackOf } from "../stack";

/** Reads what is really there into the state, and says what is otherwise than the state knew: the drift. */
export const refreshStep: Step = {
  name: "refresh",
  async run({ shop, tenant, progress, signal, killSignal }) {
    const result = await shop.engine.refresh({
      ...stackOf(tenant.id),
      signal,
      killSignal,
      onEvent: (event) => progress.engine(event),
    });
    const drift = result.steps
      .filter(({ operation }) => operation === "update" || operation === "delete")
      .map(({ type, name, operation, changed }) => ({
        type,
        name,
        drift: operation === "delete" ? "gone" : "changed",
        changed,
      }));
    return { drift, next: drift.length === 0 ? "nothing has drifted" : "repair brings it back to the spec" };
  },
};
