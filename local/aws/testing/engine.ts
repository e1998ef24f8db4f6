import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { z } from "zod";
import "../../../tenants/engine/host/own-connections";
import { resetLocalCloud, startLocalCloud, type RunningCloud } from "../../index";

/** A resource as the engine's state has it. */
export interface StateResource {
  urn: string;
  type: string;
  name: string;
  /** The parent's type and name, such as `aws:ec2/vpc:Vpc net`; empty for the stack's own children. */
  parent: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  id: string | undefined;
  dependencies: string[];
}

const values = z.record(z.string(), z.unknown()).default({});
const stateOf = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          parent: z.string().optional(),
          id: z.string().optional(),
          inputs: values,
          outputs: values,
          dependencies: z.array(z.string()).nullish(),
        }),
      )
      .default([]),
  }),
});

/** A local cloud of a test's own, with the real engine. */
export class TestEngine {
  private readonly stacks: TestStack[] = [];

  private constructor(
    private readonly directory: string,
    private readonly running: RunningCloud,
  ) {}

  /** Starts everything in a temporary folder. */
  static async start(): Promise<TestEngine> {
    const directory = mkdtempSync(join(tmpdir(), "tenantry-components-"));
    return new TestEngine(directory, await startLocalCloud({ instance: "components", directory }));
  }

  /** Path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.running.cloud.kubernetes.kubeconfig;
  }

  /** A stack of a program. */
  async stack(name: string, program: automation.PulumiFn): Promise<TestStack> {
    const [bin = ""] = (this.running.env.PATH ?? "").split(delimiter);
    const pulumiCommand = await automation.PulumiCommand.get({ root: dirname(bin), skipVersionCheck: true });
    const stack = await automation.LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: "components", program },
      {
        envVars: this.running.env,
        pulumiCommand,
        workDir: mkdtempSync(join(this.directory, "work-")),
      },
    );
    const made = new TestStack(stack);
    this.stacks.push(made);
    return made;
  }

  /** Takes down whatever a test has left. */
  async clean(): Promise<void> {
    for (const stack of this.stacks.splice(0)) await stack.destroy();
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    await resetLocalCloud({ instance: "components", directory: this.directory });
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A test's stack. */
export class TestStack {
  constructor(private readonly stack: automation.Stack) {}

  /** Brings the stack up. */
  async up(): Promise<automation.OutputMap> {
    const { outputs } = await this.stack.up({ onError: () => undefined });
    return outputs;
  }

  /** How an update ends that must fail: all that the engine said. */
  async failure(): Promise<string> {
    try {
      await this.stack.up({ onError: () => undefined });
    } catch (error) {
      return String(error);
    }
    throw new Error("The update ended well.");
  }

  /** Counts of what a preview would do. */
  async preview(): Promise<Record<string, number>> {
    const { changeSummary } = await this.stack.preview();
    return Object.fromEntries(Object.entries(changeSummary).map(([name, count]) => [name, count ?? 0]));
  }

  /** All resources but the stack and providers, as the state has them. */
  async resources(): Promise<StateResource[]> {
    const { resources } = stateOf.parse(await this.stack.exportStack()).deployment;
    return resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !/^pulumi:providers:(?!kubernetes)/.test(type))
      .map((resource) => ({
        urn: resource.urn,
        type: resource.type,
        name: nameOf(resource.urn),
        parent: resource.parent === undefined ? "" : parentOf(resource.parent),
        inputs: resource.inputs,
        outputs: resource.outputs,
        id: resource.id,
        dependencies: resource.dependencies ?? [],
      }));
  }

  /** Takes everything down. */
  async destroy(): Promise<void> {
    await this.stack.destroy({ onError: () => undefined });
  }
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function parentOf(urn: string): string {
  const type = urn.split("::")[2]?.split("$").pop() ?? "";
  return type === "pulumi:pulumi:Stack" ? "" : `${type} ${nameOf(urn)}`;
}

/**
 * The resource of a type and name.
 *
 * @throws where there is none
 */
export function one(resources: readonly StateResource[], type: string, name: string): StateResource {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
}
