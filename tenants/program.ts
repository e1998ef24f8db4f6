import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import {
  type ServiceArgs,
  type ServiceName,
  TenantDatabase,
  TenantSilo,
  tenantProviders,
} from "../components";
import { readCell } from "./cell";
import { refuseMoves } from "./deployed";
import { type Release, readRelease } from "./spec/release";
import type { TenantSpec } from "./spec/tenant-spec";

/** What a tenant's stack exports. */
export interface TenantOutputs {
  readonly tenant: {
    readonly id: string;
    readonly name: string;
    readonly tier: string;
    readonly size: string;
  };
  readonly cell: string;
  readonly namespace: pulumi.Output<string>;
  readonly hostName: string;
  /** Kubernetes group of the tenant's operators. */
  readonly operatorsGroup: string;
  readonly keyArn: pulumi.Output<string>;
  readonly keyAlias: string;
  readonly roleArn: pulumi.Output<string>;
  readonly database: {
    readonly engine: string;
    /** Host name of the instance, without the port. */
    readonly endpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly name: string;
    readonly username: string;
    /** Secret of Secrets Manager with the user's password. */
    readonly secretArn: pulumi.Output<string>;
    readonly identifier: pulumi.Output<string>;
    readonly deletionProtection: boolean;
  };
  readonly release: string;
}

/** Release that tenants run unless told otherwise. */
export const RELEASE_FILE = path.join(__dirname, "release.yaml");

/**
 * The program of one tenant's stack: reads the cell the spec names, and makes the tenant's silo and database in it.
 * The Automation API runs it inline; `tenants/index.ts` runs the same for `pulumi up` by hand.
 *
 * @param spec the tenant's spec, checked
 * @param release images to run where the spec names none; by default those of `tenants/release.yaml`
 */
export function tenantProgram(spec: TenantSpec, release?: Release): () => Promise<TenantOutputs> {
  return async () => {
    const running = release ?? (await readRelease(RELEASE_FILE));
    await refuseMoves(spec);
    const cell = await readCell(spec.cell);
    const providers = tenantProviders(spec.id, cell);
    const tenant = { id: spec.id, name: spec.name, size: spec.size };

    const silo = new TenantSilo(
      spec.id,
      {
        tenant,
        cell,
        databaseEngine: spec.database.engine,
        version: running.version,
        services: servicesOf(spec, running),
        gateway: { image: spec.release.gateway ?? running.gateway.image },
        operators: spec.operators,
      },
      { providers: { ...providers } },
    );
    const database = new TenantDatabase(
      spec.id,
      {
        tenant,
        cell,
        silo,
        isolation: "instance",
        engine: spec.database.engine,
        version: spec.database.version,
        size: spec.database.size,
        deletionProtection: spec.database.deletionProtection,
      },
      { parent: silo },
    );

    return {
      tenant: { id: spec.id, name: spec.name, tier: spec.tier, size: spec.size },
      cell: spec.cell,
      namespace: silo.namespace,
      hostName: silo.names.hostName,
      operatorsGroup: silo.names.operatorsGroup,
      keyArn: silo.key.arn,
      keyAlias: silo.names.keyAlias,
      roleArn: silo.role.arn,
      database: {
        engine: spec.database.engine,
        endpoint: database.address,
        port: database.port,
        name: database.databaseName,
        username: database.username,
        secretArn: database.secretArn,
        identifier: database.instance.identifier,
        deletionProtection: spec.database.deletionProtection,
      },
      release: running.version,
    };
  };
}

function servicesOf(spec: TenantSpec, release: Release): Record<ServiceName, ServiceArgs> {
  const service = (name: ServiceName): ServiceArgs => ({
    image: spec.release[name] ?? release.services[name].image,
    healthPath: release.services[name].healthPath,
  });
  return { web: service("web"), app: service("app"), admin: service("admin") };
}
