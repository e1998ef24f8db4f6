import { expectEventsRight, expectNoOrphans, allTenants } from "../world/service-invariants";
import { ServiceWorld } from "../world/service-world";
import { Killer } from "./killer";
import { Life } from "./life";
import { randomFrom } from "./random";

/** Kills of workers at work; `TENANTRY_KILLS=200` is the full measure. */
const KILLS = Number(process.env["TENANTRY_KILLS"] ?? "12");
/** `TENANTRY_SEED` repeats a run's choices, though not its timing. */
const SEED = Number(process.env["TENANTRY_SEED"] ?? "4");

const WORKERS = 3;
/** Tenants that live at a time. */
const LIVES = 3;
/** The part of AWS calls that AWS refuses. */
const FAULTS = 0.1;

const SETTINGS = { TENANTRY_PROBE_SECONDS: "120" };

/** Workers are killed at random moments of tenants' lives, while AWS refuses every tenth call. */
describe(`${KILLS} kills of workers, with ${FAULTS * 100} % of AWS calls refused`, function () {
  this.timeout(`${10 + KILLS} minutes`);
  const service = new ServiceWorld("matrix");
  const random = randomFrom(SEED);
  const killer = new Killer(service, random, SETTINGS);
  const lives: Life[] = [];

  // What comes after a run that was cut short says nothing.
  this.bail(true);
  before(() => service.begin());
  after(() => service.end());

  it("leave every operation to end as it must", async () => {
    const { settings } = service.tables;
    // Nearly half of them after AWS has done what it was asked, which is how duplicates come about.
    const fault = { type: "*", operation: "*", message: "injected", remaining: null } as const;
    const probability = FAULTS * 0.45;
    await settings.addFault({
      ...fault,
      probability,
      code: "ThrottlingException",
      status: 400,
      moment: "before",
    });
    await settings.addFault({ ...fault, probability, code: "InternalFailure", status: 500, moment: "after" });
    // The provider gives up on these at once; the step is tried again.
    await settings.addFault({
      ...fault,
      type: "aws:iam/*",
      probability: FAULTS * 0.1,
      code: "DependencyViolation",
      status: 400,
      moment: "before",
    });
    for (let started = 0; started < WORKERS; started += 1) await service.startWorker(SETTINGS);

    const over = new AbortController();
    const killing = killer.run(KILLS, over.signal);
    const isKilling = () => killer.kills.length < KILLS;
    const live = async () => {
      // At least one whole life each, and more of them as long as there are kills to come.
      do {
        const life = new Life(service, `life-${lives.length + 1}`, randomFrom(SEED + lives.length + 1));
        lives.push(life);
        await life.run();
      } while (isKilling() && !over.signal.aborted);
    };
    try {
      await Promise.all([killing, ...Array.from({ length: LIVES }, live)]);
    } finally {
      over.abort();
      await killing.catch(() => undefined);
      report();
    }
  });

  it("leave nothing that no stack knows", async () => {
    await service.tables.settings.removeFaults();
    await expectNoOrphans(service);
  });

  it("lose and double no event", async () => {
    for (const { id } of await allTenants(service)) await expectEventsRight(service, id);
  });

  function report(): void {
    const ended = count(
      lives.flatMap(({ done }) => [...done].flatMap(([kind, n]) => Array<string>(n).fill(kind))),
    );
    const hit = count(killer.kills.flatMap(({ at }) => at));
    const groups = killer.kills.filter(({ what }) => what === "group").length;
    process.stdout.write(
      [
        `      ${killer.kills.length} kills, ${groups} of them with the engine's processes`,
        `      operations under way when their worker was killed: ${hit}`,
        `      operations that succeeded, of ${lives.length} tenants: ${ended}`,
        "",
      ].join("\n"),
    );
  }
});

/** How often each of some words is there, the most frequent first. */
function count(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => `${word} ${n}`)
    .join(", ");
}
