import * as path from "node:path";
import { run as tenantry } from "../../onboarding/cli";
import { ApiProblem, type TenantryClient } from "../../onboarding/client";
import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { repositoryRoot } from "../paths";

const SPECS = path.join(repositoryRoot, "tenants", "specs");

/** Onboards tenants through the service as anybody would, and takes up again what an earlier run has left. */
export async function onboardTenants(client: TenantryClient, ids: readonly string[]): Promise<ExitCode> {
  const wanted = new Map<string, string[]>();
  for (const id of ids) {
    const verb = await verbFor(client, id);
    if (verb !== undefined) wanted.set(verb, [...(wanted.get(verb) ?? []), id]);
  }
  for (const [verb, named] of wanted) {
    const args = verb === "onboard" ? named.map((id) => path.join(SPECS, `${id}.yaml`)) : named;
    const code = await tenantry(["node", "tenantry", verb, ...args]);
    if (code !== EXIT.ok) return code;
  }
  return EXIT.ok;
}

/** What brings a tenant to where it serves; undefined where it does, or where that is somebody's decision. */
async function verbFor(client: TenantryClient, id: string): Promise<string | undefined> {
  const phase = await phaseOf(client, id);
  switch (phase) {
    case undefined:
      return "onboard";
    case "failed":
      return "repair";
    case "suspended":
      return "resume";
    case "requested":
    case "provisioning":
    case "verifying":
    case "updating":
      await settled(client, id);
      return verbFor(client, id);
    default:
      process.stdout.write(`        ${id} is ${phase}\n`);
      return undefined;
  }
}

async function phaseOf(client: TenantryClient, id: string) {
  try {
    return (await client.tenant(id)).tenant.phase;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

/** Waits for what an interrupted run has begun: the service goes on with it by itself. */
async function settled(client: TenantryClient, id: string): Promise<void> {
  for await (const { id: operation, status } of client.operations({ tenantId: id })) {
    if (status === "queued" || status === "running") await tenantry(["node", "tenantry", "watch", operation]);
    return;
  }
}
