import { randomUUID } from "node:crypto";
import { RetainedStore, type ResourceRow, type ResourceStore, type Executor } from "../account";
import type { Context, Identity, KeptDetail, OwnedResource, StoredResource } from "../framework/context";
import type { AwsError } from "../framework/errors";
import { Properties } from "../framework/properties";
import type { PropertyMap } from "../framework/values";
import { hex, letters } from "./random-ids";

/** The resource that a context is about. */
export interface Subject {
  urn: string;
  name: string;
  id: string;
  inputs: PropertyMap;
  state: PropertyMap;
}

/** The context of definitions' hooks, on one transaction. */
export class TransactionContext implements Context {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
  /** What `insert` was given, for the simulator to store. */
  readonly inserted: OwnedResource[] = [];
  private readonly retained: RetainedStore;

  constructor(
    identity: Identity,
    private readonly store: ResourceStore,
    private readonly executor: Executor,
    subject: Subject,
  ) {
    this.accountId = identity.accountId;
    this.region = identity.region;
    this.partition = identity.partition;
    this.urn = subject.urn;
    this.name = subject.name;
    this.id = subject.id;
    this.inputs = new Properties(subject.inputs);
    this.state = new Properties(subject.state);
    this.retained = new RetainedStore(executor);
  }

  hex(length: number): string {
    return hex(length);
  }

  letters(length: number): string {
    return letters(length);
  }

  uuid(): string {
    return randomUUID();
  }

  arn(service: string, resource: string, parts: { region?: string; accountId?: string } = {}): string {
    const region = parts.region ?? this.region;
    return `arn:${this.partition}:${service}:${region}:${parts.accountId ?? this.accountId}:${resource}`;
  }

  find(type: string, value: string, by: "id" | "arn" | "name" = "id"): Promise<StoredResource | undefined> {
    return this.store.find([type], this.region, value, [by]);
  }

  async get(type: string, value: string, missing: AwsError): Promise<StoredResource> {
    const found = await this.find(type, value);
    if (found === undefined) throw missing;
    return found;
  }

  list(type: string, where: PropertyMap = {}): Promise<StoredResource[]> {
    return this.store.list(type, this.region, where);
  }

  insert(resource: OwnedResource): void {
    this.inserted.push(resource);
  }

  async patch(type: string, id: string, state: PropertyMap): Promise<void> {
    const row = await this.row(type, id);
    if (row !== undefined) await this.store.save({ ...row, state: { ...row.state, ...state } });
  }

  async remove(type: string, id: string): Promise<void> {
    const row = await this.row(type, id);
    if (row !== undefined) await this.store.remove(row);
  }

  keep(kind: string, name: string, detail: PropertyMap, expiresAt?: Date): Promise<void> {
    return this.retained.keep({ kind, region: this.region, name, detail, expiresAt });
  }

  async kept(kind: string, name: string): Promise<PropertyMap | undefined> {
    return (await this.retained.find(kind, this.region, name))?.detail;
  }

  async quota(key: string, missing: number): Promise<number> {
    const found = await this.executor.query<{ value: number }>("select value from quota where key = $1", [
      key,
    ]);
    return found.rows[0]?.value ?? missing;
  }

  listKept(kind: string, where: PropertyMap = {}): Promise<KeptDetail[]> {
    return this.retained.search(kind, where, this.region);
  }

  forget(kind: string, name: string): Promise<void> {
    return this.retained.forget(kind, this.region, name);
  }

  private async row(type: string, id: string): Promise<ResourceRow | undefined> {
    return this.store.find([type], this.region, id, ["id"]);
  }
}
