import type { Step } from "../job";
import { stackOf } from "../stack";

/**
 * Says what is otherwise than the state knows: the drift. The state is left as it is: were it changed, who asks again, or a
 * run after one that was killed, would find nothing any more. A repair reads it into the state itself.
 */
export const refreshStep: Step = {
  name: "refresh",
  async run({ shop, tenant, progress, signal, killSignal }) {
    const result = await shop.engine.refresh({
      ...stackOf(tenant.id),
      previewOnly: true,
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
