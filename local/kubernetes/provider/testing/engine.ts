import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as automation from "@pulumi/pulumi/automation";
import { z } from "zod";
import "../../../../tenants/engine/host/own-connections";
import { resetLocalCloud, startLocalCloud, type RunningCloud } from "../../../index";
import { readTools } from "../../../tools";
import { kubectlOf, type Kubectl } from "../../testing";

/** Counts of an operation's steps, by kind; kinds that did not occur are absent. */
export type Steps = Record<string, number>;

/** How an operation ended: its steps, the program's outputs, and all that the engine printed. */
export interface Ended {
  readonly steps: Steps;
  readonly outputs: Record<string, unknown>;
  readonly printed: string;
}

/** A resource of the `kubernetes` package as the state has it. */
export interface KubernetesResource {
  readonly type: string;
  readonly id?: string;
  /** Why it is not ready; empty where it is. */
  readonly initErrors: readonly string[];
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

const values = z.record(z.string(), z.unknown()).default({});
const stateOf = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z
        .array(
          z.object({
            type: z.string(),
            id: z.string().optional(),
            initErrors: z.array(z.string()).nullish(),
            inputs: values,
            outputs: values,
          }),
        )
        .default([]),
    }),
  }),
});

/** A local cloud of a test's own, whose engine drives the plugin of this folder. */
export class ProviderEngine {
  private constructor(
    private readonly directory: string,
    private readonly running: RunningCloud,
    /** kubectl as the cluster's administrator. */
    readonly kubectl: Kubectl,
  ) {}

  /** Starts everything in a temporary folder. */
  static async start(): Promise<ProviderEngine> {
    const directory = mkdtempSync(join(tmpdir(), "tenantry-provider-"));
    const running = await startLocalCloud({ instance: "provider", directory });
    const kubectl = kubectlOf(readTools().kubernetes, running.cloud.kubernetes.kubeconfig);
    return new ProviderEngine(directory, running, kubectl);
  }

  /** Path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.running.cloud.kubernetes.kubeconfig;
  }

  /** A folder that goes with the cloud. */
  folder(name: string): string {
    return join(this.directory, name);
  }

  /** An empty stack. */
  async stack(name: string): Promise<ProviderStack> {
    const [bin = ""] = (this.running.env.PATH ?? "").split(delimiter);
    const pulumiCommand = await automation.PulumiCommand.get({ root: dirname(bin), skipVersionCheck: true });
    const program = () => Promise.resolve();
    const state = fileURLToPath(this.running.cloud.pulumi.backendUrl);
    return new ProviderStack(
      join(state, ".pulumi", "stacks", "provider", `${name}.json`),
      await automation.LocalWorkspace.createStack(
        { stackName: name, projectName: "provider", program },
        {
          envVars: this.running.env,
          pulumiCommand,
          workDir: mkdtempSync(join(this.directory, "work-")),
        },
      ),
    );
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    await resetLocalCloud({ instance: "provider", directory: this.directory });
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A test's stack. */
export class ProviderStack {
  constructor(
    private readonly file: string,
    private readonly stack: automation.Stack,
  ) {}

  /** Brings the stack to what a program says. */
  async up(program: () => object | void): Promise<Ended> {
    const { summary, outputs, stdout, stderr } = await this.stack.up({
      program: inline(program),
      onError: () => undefined,
    });
    return {
      steps: stepsOf(summary.resourceChanges),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]),
      ),
      printed: stdout + stderr,
    };
  }

  /** How an update ends that must fail: all that the engine said. */
  async failure(program: () => object | void): Promise<string> {
    try {
      await this.stack.up({ program: inline(program), onError: () => undefined });
    } catch (error) {
      return String(error);
    }
    throw new Error("The update ended well.");
  }

  /** What an update to a program would do. */
  async preview(program: () => object | void): Promise<Steps> {
    return stepsOf((await this.stack.preview({ program: inline(program) })).changeSummary);
  }

  /** Looks at what others changed. */
  async refresh(): Promise<{ steps: Steps; printed: string }> {
    const { summary, stdout, stderr } = await this.stack.refresh();
    return { steps: stepsOf(summary.resourceChanges), printed: stdout + stderr };
  }

  /** The state as it is written down, with its secrets encrypted. */
  written(): string {
    return readFileSync(this.file, "utf8");
  }

  /** The only object of an id in the state. */
  object(id: string): KubernetesResource {
    const [found, ...others] = this.objects().filter((object) => object.id === id);
    if (found === undefined || others.length > 0) throw new Error(`${id} is not in the state, or not once.`);
    return found;
  }

  /** The objects in the state. */
  objects(): KubernetesResource[] {
    const { resources } = stateOf.parse(JSON.parse(this.written())).checkpoint.latest;
    return resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ initErrors, ...rest }) => ({ ...rest, initErrors: initErrors ?? [] }));
  }
}

function inline(program: () => object | void): automation.PulumiFn {
  return () => Promise.resolve({ ...program() });
}

function stepsOf(changes: Partial<Record<string, number>> = {}): Steps {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, count]) => (count === undefined ? [] : [[name, count]])),
  );
}
