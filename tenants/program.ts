import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import {
  type Cell,
  RetainedSilo,
  type ServiceArgs,
  type ServiceName,
  TenantDatabase,
  type TenantPresence,
  type TenantProviders,
  TenantSilo,
  tenantProviders,
} from "../components";
import { readCell } from "./cell";
import { presentState, readDeployed, refuseMoves } from "./deployed";
import { type Release, readRelease } from "./spec/release";
import type { TenantSpec } from "./spec/tenant-spec";
import type { TenantState } from "./state";

/** What a tenant's stack exports; what the tenant's state leaves out of the stack is left out of these, too. */
export interface TenantOutputs {
  readonly tenant: {
    readonly id: string;
    readonly name: string;
    readonly tier: string;
    readonly size: string;
  };
  readonly cell: string;
  readonly presence: TenantPresence;
  /** Absent while the tenant is retained. */
  readonly namespace?: pulumi.Output<string>;
  readonly hostName: string;
  /** Kubernetes group of the tenant's operators. */
  readonly operatorsGroup: string;
  readonly keyArn: pulumi.Output<string>;
  readonly keyAlias: string;
  /** Absent while the tenant is retained. */
  readonly roleArn?: pulumi.Output<string>;
  /** Engine that the tenant's data is in, also while it is in a snapshot alone. */
  readonly databaseEngine: string;
  /** Which of the tenant's databases it has, or had last. */
  readonly databaseLifetime: number;
  /** Absent while there is none. */
  readonly database?: DatabaseOutputs;
  readonly release: string;
}

/** What a tenant's stack exports of its database. */
export interface DatabaseOutputs {
  readonly engine: string;
  /** Host name of the instance, without the port. */
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly name: string;
  readonly username: string;
  /** Secret of Secrets Manager with the user's password. */
  readonly secretArn: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  /** RDS's own id of the instance, by which its automated backups are found when it is gone. */
  readonly resourceId: pulumi.Output<string>;
  /** Name of the snapshot that the instance's deletion will leave. */
  readonly finalSnapshot: pulumi.Output<string>;
  readonly deletionProtection: boolean;
}

/** What a tenant's program is run with besides the tenant's spec. */
export interface TenantProgramOptions {
  /** Images to run where the spec names none. Default: those of `tenants/release.yaml`. */
  readonly release?: Release;
  /** What of the tenant is to be there. Default: what is there already, and of a new tenant `SERVING`. */
  readonly state?: TenantState;
}

/** Release that tenants run unless told otherwise. */
export const RELEASE_FILE = path.join(__dirname, "release.yaml");

/**
 * The program of one tenant's stack: reads the cell the spec names, and makes of the tenant's silo and database in it what
 * the tenant's state says. The Automation API runs it inline; `tenants/index.ts` runs the same for `pulumi up` by hand.
 *
 * @param spec the tenant's spec, checked
 * @param options what to run, and what of it
 */
export function tenantProgram(
  spec: TenantSpec,
  options: TenantProgramOptions = {},
): () => Promise<TenantOutputs> {
  return async () => {
    const release = options.release ?? (await readRelease(RELEASE_FILE));
    const deployed = await readDeployed();
    const state = options.state ?? presentState(deployed);
    refuseMoves(spec, deployed);
    const cell = await readCell(spec.cell);
    const providers = tenantProviders(spec.id, cell);
    return {
      tenant: { id: spec.id, name: spec.name, tier: spec.tier, size: spec.size },
      cell: spec.cell,
      presence: state.presence,
      databaseEngine: spec.database.engine,
      databaseLifetime: state.database.lifetime,
      ...makeTenant({ spec, release, cell, providers }, state),
      release: release.version,
    };
  };
}

/** What a tenant is made of. */
interface Making {
  readonly spec: TenantSpec;
  readonly release: Release;
  readonly cell: Cell;
  readonly providers: TenantProviders;
}

/** The outputs that its resources have. */
type MadeOutputs = Omit<
  TenantOutputs,
  "tenant" | "cell" | "presence" | "databaseEngine" | "databaseLifetime" | "release"
>;

function makeTenant(making: Making, state: TenantState): MadeOutputs {
  const { spec, release, cell } = making;
  const tenant = { id: spec.id, name: spec.name, size: spec.size };
  const opts = { providers: { ...making.providers } };
  const { presence } = state;
  if (presence === "retained") return siloOutputs(new RetainedSilo(spec.id, { tenant, cell }, opts));

  const silo = new TenantSilo(
    spec.id,
    {
      tenant,
      cell,
      databaseEngine: spec.database.engine,
      version: release.version,
      services: servicesOf(spec, release),
      gateway: { image: spec.release.gateway ?? release.gateway.image },
      presence,
      operators: spec.operators,
    },
    opts,
  );
  return {
    ...siloOutputs(silo),
    namespace: silo.namespace,
    roleArn: silo.role.arn,
    ...(state.database.present ? { database: makeDatabase(making, silo, state.database) } : {}),
  };
}

function siloOutputs({ names, key }: Pick<TenantSilo, "names" | "key">) {
  return {
    hostName: names.hostName,
    operatorsGroup: names.operatorsGroup,
    keyArn: key.arn,
    keyAlias: names.keyAlias,
  };
}

function makeDatabase(
  { spec, cell }: Making,
  silo: TenantSilo,
  state: TenantState["database"],
): DatabaseOutputs {
  const deletionProtection = state.deletionProtection ?? spec.database.deletionProtection;
  const database = new TenantDatabase(
    spec.id,
    {
      tenant: { id: spec.id },
      cell,
      silo,
      isolation: "instance",
      engine: spec.database.engine,
      version: spec.database.version,
      size: spec.database.size,
      deletionProtection,
      restoreFrom: state.restoreFrom,
      lifetime: state.lifetime,
    },
    { parent: silo },
  );
  return {
    engine: spec.database.engine,
    endpoint: database.address,
    port: database.port,
    name: database.databaseName,
    username: database.username,
    secretArn: database.secretArn,
    identifier: database.instance.identifier,
    resourceId: database.instance.resourceId,
    finalSnapshot: database.finalSnapshot,
    deletionProtection,
  };
}

function servicesOf(spec: TenantSpec, release: Release): Record<ServiceName, ServiceArgs> {
  const service = (name: ServiceName): ServiceArgs => ({
    image: spec.release[name] ?? release.services[name].image,
    healthPath: release.services[name].healthPath,
  });
  return { web: service("web"), app: service("app"), admin: service("admin") };
}
