import type { LocalCloud } from "../../cloud";
import type { AwsError } from "./errors";
import type { Properties } from "./properties";
import type { PropertyMap } from "./values";

/** The account, region and partition that a provider works in. */
export interface Identity {
  /** 12 digits. */
  accountId: string;
  region: string;
  /** `aws` unless the region is of another partition. */
  partition: string;
}

/** A resource as the account state holds it. */
export interface StoredResource {
  type: string;
  id: string;
  arn: string;
  /** Pulumi's name of it, or AWS's own where AWS made it. */
  name: string;
  region: string;
  urn: string | undefined;
  /** What the program asked for. */
  inputs: PropertyMap;
  /** Inputs, defaults and computed outputs together. */
  state: PropertyMap;
  /** The resource it belongs to and goes away with, as a VPC's default security group does. */
  owner: { type: string; id: string } | undefined;
}

/** A resource that AWS makes by itself along with another. */
export interface OwnedResource {
  type: string;
  id: string;
  arn: string;
  name: string;
  state: PropertyMap;
  /** Properties of the state that are secret. */
  secrets?: string[];
}

/** What a definition's hooks work with: one transaction on the account state. */
export interface Context extends Identity {
  readonly urn: string;
  /** Pulumi's name of the resource. */
  readonly name: string;
  /** The resource's id; empty while it is being created. */
  readonly id: string;
  /** The inputs, secrets opened. */
  readonly inputs: Properties;
  /** All outputs stored so far; empty while it is being created. */
  readonly state: Properties;
  /** Random hex digits for an id: `vpc-${hex(17)}`. */
  hex(length: number): string;
  /** Random uppercase letters and digits for an id such as IAM's. */
  letters(length: number): string;
  /** A random UUID. */
  uuid(): string;
  /** An ARN of the provider's partition, region and account: `arn("ec2", "vpc/vpc-1")`. Empty `region` for global services. */
  arn(service: string, resource: string, parts?: { region?: string; accountId?: string }): string;
  /** A resource of this region (or a global one) by id, or by ARN or name where `by` says so. */
  find(type: string, value: string, by?: "id" | "arn" | "name"): Promise<StoredResource | undefined>;
  /** As {@link find}; throws the error if there is none. */
  get(type: string, value: string, missing: AwsError): Promise<StoredResource>;
  /** All resources of a type in this region whose state contains these values, oldest first. */
  list(type: string, where?: PropertyMap): Promise<StoredResource[]>;
  /** Stores a resource that AWS makes along with this one; it goes away with it. Call it in `create` only. */
  insert(resource: OwnedResource): void;
  /** Changes another resource's state, such as a group's members. */
  patch(type: string, id: string, state: PropertyMap): Promise<void>;
  /** Deletes a resource that AWS made by itself. */
  remove(type: string, id: string): Promise<void>;
  /** Keeps something of a deleted resource: a snapshot, a name that stays taken until `expiresAt`. */
  keep(kind: string, name: string, detail: PropertyMap, expiresAt?: Date): Promise<void>;
  /** What was kept under a name, unless it has expired. */
  kept(kind: string, name: string): Promise<PropertyMap | undefined>;
  /** Everything of a kind that was kept, whose detail contains these values; oldest first. */
  listKept(kind: string, where?: PropertyMap): Promise<KeptDetail[]>;
  /** How many of something the account may have: as set, or else AWS's default. */
  quota(key: string, missing: number): Promise<number>;
  /** Forgets what was kept. */
  forget(kind: string, name: string): Promise<void>;
}

/** What was kept of something deleted, under its name. */
export interface KeptDetail {
  name: string;
  detail: PropertyMap;
}

/** What `provision` and its siblings work with: the finished resource, no transaction. */
export interface ProvisionContext extends Identity {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  /** Inputs, defaults and computed outputs. */
  readonly state: Properties;
  /** The inputs before an update; `undefined` otherwise. */
  readonly before: Properties | undefined;
  /** Addresses of the real parts: Postgres, the Kubernetes API. */
  readonly cloud: LocalCloud;
  /** A resource of this region (or a global one). */
  find(type: string, value: string, by?: "id" | "arn" | "name"): Promise<StoredResource | undefined>;
  /** All resources of a type in this region whose state contains these values, oldest first. */
  list(type: string, where?: PropertyMap): Promise<StoredResource[]>;
  /** What was kept under a name, unless it has expired. */
  kept(kind: string, name: string): Promise<PropertyMap | undefined>;
  /** Everything of a kind that was kept, whose detail contains these values; oldest first. */
  listKept(kind: string, where?: PropertyMap): Promise<KeptDetail[]>;
}
