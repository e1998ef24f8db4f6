import { ResourceHook, type ResourceHookArgs } from "@pulumi/pulumi";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack";
import type { ChangeGate } from "../types";

/** Name that the state keeps of the hook; nothing asks for it but the run that registers it. */
const HOOK = "tenantry-change-gate";

/**
 * Has the resources of the present run's program pass a gate before they are created or updated. It must be called within
 * the stack, before the first resource. A transformation within this process and not one that the engine calls: it costs
 * nothing where the gate is not concerned, and does not see the children of components that another process makes.
 *
 * @param signal fires where the operation ends
 */
export function passThrough(gate: ChangeGate, signal: AbortSignal): void {
  const hook = new ResourceHook(HOOK, async (change) => {
    signal.throwIfAborted();
    await gate.pass(changeOf(change), signal);
  });
  registerStackTransformation(({ type, props, opts }) => {
    if (!gate.concerns(type)) return undefined;
    const { beforeCreate = [], beforeUpdate = [], ...others } = opts.hooks ?? {};
    const hooks = {
      ...others,
      beforeCreate: [...beforeCreate, hook],
      beforeUpdate: [...beforeUpdate, hook],
    };
    return { props, opts: { ...opts, hooks } };
  });
}

function changeOf({ urn, type, name, oldInputs }: ResourceHookArgs) {
  return { urn, type, name, operation: oldInputs === undefined ? "create" : "update" } as const;
}
