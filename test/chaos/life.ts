import { expect } from "chai";
import { type Checksum, checksum, fill, query } from "../../local/aws/catalog/rds/testing";
import type { Accepted } from "../../onboarding/client";
import type { OperationKind, Phase } from "../../onboarding/lifecycle";
import type { ServiceWorld } from "../world/service-world";
import { specOf } from "../world/service-world";
import { type Random, shuffled } from "./random";

/** A tenant's life from its onboarding to its purge, with everything in between in an order of its own. */
export class Life {
  /** How many operations of each kind have succeeded. */
  readonly done = new Map<OperationKind, number>();
  private rows: Checksum | undefined;

  constructor(
    private readonly service: ServiceWorld,
    readonly id: string,
    private readonly random: Random,
  ) {}

  /** Lives it; rejects as soon as anything is not as it must be. */
  async run(): Promise<void> {
    const { client } = this.service;
    await this.change("onboard", client.onboard(specOf(this.id)), "active");
    this.rows = await fill(await this.database(), "first");
    const chapters = [
      () => this.update(),
      () => this.rest(),
      () => this.rotate(),
      () => this.goBack(),
      () => this.leaveAndReturn(),
      () => this.mend(),
    ];
    for (const chapter of shuffled(this.random, chapters)) {
      await chapter();
      expect(await checksum(await this.database()), `rows of ${this.id}`).to.deep.equal(this.rows);
    }
    await this.change("offboard", client.offboard(this.id, { retentionDays: 0 }), "retained");
    await this.change("purge", client.purge(this.id), "purged");
  }

  private async update(): Promise<void> {
    const { client } = this.service;
    const { etag = "", tenant } = await client.tenant(this.id);
    const size = tenant.spec.size === "small" ? "medium" : "small";
    await this.change("update", client.update(this.id, { size }, { etag }), "active");
    expect((await client.tenant(this.id)).tenant.spec.size).to.equal(size);
  }

  private async rest(): Promise<void> {
    const { client } = this.service;
    await this.change("suspend", client.suspend(this.id), "suspended");
    await this.change("resume", client.resume(this.id), "active");
  }

  private async rotate(): Promise<void> {
    const before = await this.database();
    await this.change("rotate", this.service.client.rotate(this.id), "active");
    expect((await this.database()).password, `password of ${this.id}`).not.to.equal(before.password);
  }

  private async goBack(): Promise<void> {
    const { client, account, registry } = this.service;
    const instance = (await registry.tenants.find(this.id))?.facts.database?.identifier ?? "";
    const { createdAt } = await account.backup(instance);
    await query(await this.database(), "delete from app.note where id % 3 = 0");
    const time = createdAt.toISOString();
    await this.change("restore", client.restore(this.id, { restore: { time } }), "active");
  }

  private async leaveAndReturn(): Promise<void> {
    const { client } = this.service;
    await this.change("offboard", client.offboard(this.id), "retained");
    await this.change("restore", client.restore(this.id), "active");
  }

  private async mend(): Promise<void> {
    const { client } = this.service;
    await this.change("refresh", client.refresh(this.id), "active");
    await this.change("repair", client.repair(this.id), "active");
  }

  private async change(kind: OperationKind, request: Promise<Accepted>, phase: Phase): Promise<void> {
    await this.service.succeeded(request);
    expect((await this.service.registry.tenants.find(this.id))?.phase, `${kind} of ${this.id}`).to.equal(
      phase,
    );
    this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
  }

  private database() {
    return this.service.database(this.id);
  }
}
