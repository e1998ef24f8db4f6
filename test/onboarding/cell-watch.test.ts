import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { z } from "zod";
import { CellDirectory } from "../../onboarding/cells";
import { DEFAULT_LIMITS } from "../../onboarding/workflows";
import { CellWatch, EngineUnusableError } from "../../onboarding/workflows/cell-watch";
import { Engine } from "../../tenants/engine";
import { Sandbox } from "../../tenants/engine/testing/sandbox";
import { ROOT } from "../world/world";
import { StepWorld } from "./step-world";

const PAUSE_MS = 100;
const KEY = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });

describe("a worker's look at the cells", function () {
  this.timeout(120_000);
  const world = new StepWorld();
  const sandboxes: Sandbox[] = [];
  let watch: CellWatch | undefined;

  before(() => world.begin());
  beforeEach(() => world.fresh());
  afterEach(async () => {
    await watch?.stop();
    watch = undefined;
  });
  after(async () => {
    sandboxes.forEach((sandbox) => sandbox.remove());
    await world.end();
  });

  /** Watches cells with a real engine, whose stacks are in a folder of its own. */
  function watching(sandbox = new Sandbox()): CellWatch {
    sandboxes.push(sandbox);
    const cells = new CellDirectory(new Engine({ environment: sandbox.environment }));
    const { registry, log } = world;
    watch = new CellWatch({ cells, registry, limits: DEFAULT_LIMITS, log }, PAUSE_MS);
    return watch;
  }

  const cell = async () => (await world.registry.cells.list())[0] ?? expect.fail("there is no cell");

  it("finds that the stack of one is gone, which is no longer ready then", async () => {
    const before = await cell();
    expect(before.ready).to.equal(true);
    await watching().start();
    const { ready, checkedAt } = await cell();
    expect(ready).to.equal(false);
    expect(checkedAt.getTime()).to.be.greaterThan(before.checkedAt.getTime());
  });

  it("finds that one is no longer up, though its stack is there", async () => {
    const { engine } = world;
    engine.list = () => Promise.resolve([{ project: "tenantry", stack: "eu-1" }]);
    engine.outputs = () => Promise.resolve({});
    const { registry, log } = world;
    watch = new CellWatch(
      { cells: new CellDirectory(engine), registry, limits: DEFAULT_LIMITS, log },
      PAUSE_MS,
    );
    await watch.start();
    expect((await cell()).ready).to.equal(false);
  });

  it("does not begin where no stack can be read", async () => {
    const sandbox = new Sandbox();
    rmSync(path.join(sandbox.directory, "state"), { recursive: true });
    const failure = await watching(sandbox)
      .start()
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(EngineUnusableError);
  });

  it("tells, each time, that the engine is gone, and has seen no cell since", async () => {
    const sandbox = new Sandbox();
    await watching(sandbox).start();
    const { checkedAt } = await cell();
    renameSync(path.join(sandbox.directory, "state"), path.join(sandbox.directory, "elsewhere"));
    const told = () =>
      world.lines.filter(
        ({ level, message }) => level === "error" && message === "the worker cannot use its engine",
      );
    while (told().length < 2) await sleep(50);
    expect((await cell()).checkedAt).to.deep.equal(checkedAt);
  });

  describe("in its own process", () => {
    /** Starts a worker as production does; how it ends. */
    async function start(environment: Readonly<Record<string, string>>) {
      const sandbox = new Sandbox();
      sandboxes.push(sandbox);
      const file = (name: string, text: string): string => {
        const written = path.join(sandbox.directory, name);
        writeFileSync(written, text);
        return written;
      };
      const child = spawn(process.execPath, ["--require=tsx/cjs", "onboarding/main.ts", "worker"], {
        cwd: ROOT,
        env: {
          PATH: sandbox.environment["PATH"],
          TENANTRY_DATABASE_URL: world.url,
          TENANTRY_KEY: Buffer.alloc(32).toString("base64"),
          TENANTRY_SIGNING_KEY_FILE: file("key.json", JSON.stringify({ ...KEY, kid: "test" })),
          TENANTRY_DATABASE_CA_FILE: file("ca.pem", ""),
          TENANTRY_ISSUER: "https://issuer.example",
          TENANTRY_ARCHIVE_BUCKET: "archives",
          AWS_REGION: "eu-west-1",
          ...environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => (said += text));
      const [code] = z
        .tuple([z.number().nullable()])
        .rest(z.unknown())
        .parse(await once(child, "close"));
      return { code, said };
    }

    it("ends at once where it does not know its state backend, and says so", async () => {
      const { code, said } = await start({});
      expect(code).to.equal(1);
      expect(said).to.contain("PULUMI_BACKEND_URL is not set").and.not.contain("worker started");
    });

    it("ends at once where the state backend cannot be read, and says so", async () => {
      const { code, said } = await start({
        PULUMI_BACKEND_URL: "file:///nowhere",
      });
      expect(code).to.equal(1);
      expect(said)
        .to.contain("EngineUnusableError")
        .and.contain("/nowhere")
        .and.not.contain("worker started");
    });
  });
});
