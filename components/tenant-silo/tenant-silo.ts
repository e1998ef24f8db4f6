import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cell } from "../cell";
import { requireProviders } from "../providers";
import { DATABASE_ENGINE_FACTS, type DatabaseEngine } from "../rules/database-engine";
import { imageProblems } from "../rules/image";
import { operatorProblems } from "../rules/operators";
import type { HousedPresence } from "../rules/presence";
import { SERVICE_NAMES, type ServiceName } from "../rules/services";
import { tenantIdProblems } from "../rules/tenant-id";
import { type TenantNames, tenantNames } from "../rules/tenant-names";
import type { TenantSize } from "../rules/tenant-size";
import { UserError } from "../user-error";
import { createGateway } from "./gateway/gateway";
import { createIdentity } from "./identity";
import { createKey } from "./key";
import { createBounds, createNamespace } from "./namespace";
import { createNetworkPolicies } from "./network-policies";
import { createOperators } from "./operators";
import { createPodSecurityGroup } from "./pod-security-group";
import { type ServiceArgs, createServices } from "./services";

/** The tenant that a silo is for. */
export interface SiloTenant {
  /** Slug, checked by rules/tenant-id.ts. A change replaces everything. */
  readonly id: string;
  /** Name of the company, for people. */
  readonly name: string;
  /** How much of the cell it may use: pods, CPU and memory of its workloads, and the quota around them. */
  readonly size: TenantSize;
}

/** Arguments of {@link TenantSilo}. */
export interface TenantSiloArgs {
  readonly tenant: SiloTenant;
  /** The cell the tenant is placed in. */
  readonly cell: Cell;
  /** Engine of the tenant's database, whose port the services may reach. */
  readonly databaseEngine: DatabaseEngine;
  /** Release that the images belong to, written on the pods as a label. */
  readonly version: string;
  /** The three services. */
  readonly services: Readonly<Record<ServiceName, ServiceArgs>>;
  readonly gateway: {
    /** Unprivileged NGINX image by digest, `<repository>@sha256:<64 hexadecimal digits>`. */
    readonly image: string;
    /** Largest request body that the gateway takes, in MiB. Default 10. */
    readonly maxBodyMiB?: number;
  };
  /**
   * `serving`, or `suspended`: everything stays, but the services run no pods and the gateway answers every request with
   * 503. Default `serving`. What is left of a tenant that is neither is a {@link RetainedSilo}.
   */
  readonly presence?: HousedPresence;
  readonly operators?: {
    /** ARNs of IAM roles or users that act as the tenant's operators. Default none. */
    readonly principalArns?: readonly string[];
  };
}

const defaults = {
  maxBodyMiB: 10,
  principalArns: [] as readonly string[],
  presence: "serving",
} satisfies {
  maxBodyMiB: number;
  principalArns: readonly string[];
  presence: HousedPresence;
};

/**
 * One tenant's own corner of a cell: a namespace fenced in by Pod Security, quotas, limits and network policies; an
 * identity in the cluster and on AWS; a KMS key; and the tenant's three services behind its own gateway.
 *
 * Needs explicit `aws` and `kubernetes` providers (see {@link tenantProviders}), given by `opts.providers` or a parent.
 *
 * ### Cost
 * One KMS key (1 USD a month) and the nodes that the pods take up; everything else is free of charge.
 */
export class TenantSilo extends pulumi.ComponentResource {
  /** Pulumi's type of the component, which RetainedSilo shares. */
  static readonly type = "tenantry:index:TenantSilo";

  /** Names of what belongs to the tenant. */
  readonly names: TenantNames;
  /** Name of the tenant's namespace, known once the namespace is there. */
  readonly namespace: pulumi.Output<string>;
  readonly key: aws.kms.Key;
  /** Role of the tenant's services. */
  readonly role: aws.iam.Role;
  /** Security group that the tenant's services carry, and nobody else. */
  readonly podSecurityGroup: aws.ec2.SecurityGroup;

  /** @throws UserError naming every argument that is wrong */
  constructor(name: string, args: TenantSiloArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TenantSilo.type, name, {}, opts);
    const problems = siloProblems(args);
    if (problems.length > 0) throw new UserError(`TenantSilo '${name}': ${problems.join("; ")}`);
    requireProviders(this, `TenantSilo '${name}'`, ["aws", "kubernetes"]);

    const { tenant, cell, version, presence = defaults.presence } = args;
    const { id: tenantId, size } = tenant;
    const names = tenantNames(tenantId, cell);
    const { namespace, hostName } = names;
    const own = { parent: this };

    const home = createNamespace(name, { tenantId, displayName: tenant.name, namespace, size }, own);
    const inNamespace = { parent: this, dependsOn: [home] };
    const bounds = createBounds(name, { tenantId, displayName: tenant.name, namespace, size }, inNamespace);
    const policies = createNetworkPolicies(
      name,
      {
        tenantId,
        namespace,
        network: cell.network,
        databasePort: DATABASE_ENGINE_FACTS[args.databaseEngine].port,
      },
      inNamespace,
    );
    this.key = createKey(name, { tenantId, names, cell }, own);
    const identity = createIdentity(name, { tenantId, names, cell, key: this.key }, own, inNamespace);
    const podSecurity = createPodSecurityGroup(name, { tenantId, namespace, cell }, own, inNamespace);
    createOperators(
      name,
      { tenantId, names, cell, principalArns: args.operators?.principalArns ?? defaults.principalArns },
      own,
      inNamespace,
    );

    // A pod that starts before its fence is up would be free for a moment, one that starts before its identity has none.
    const fenced = {
      parent: this,
      dependsOn: [home, ...bounds, ...policies, ...identity.resources, podSecurity.policy],
    };
    const services = createServices(
      name,
      { tenantId, namespace, size, version, presence, services: args.services },
      inNamespace,
      fenced,
    );
    createGateway(
      name,
      {
        tenantId,
        namespace,
        hostName,
        size,
        version,
        image: args.gateway.image,
        publicSubnetCidrs: cell.network.publicSubnetCidrs,
        maxBodyMiB: args.gateway.maxBodyMiB ?? defaults.maxBodyMiB,
        presence,
      },
      inNamespace,
      // NGINX looks the services' names up when it starts.
      { ...fenced, dependsOn: [...fenced.dependsOn, ...services] },
    );

    this.names = names;
    this.namespace = home.metadata.name;
    this.role = identity.role;
    this.podSecurityGroup = podSecurity.group;
    this.registerOutputs({
      namespace: this.namespace,
      hostName,
      keyArn: this.key.arn,
      roleArn: this.role.arn,
      podSecurityGroupId: this.podSecurityGroup.id,
    });
  }
}

/** Says everything that is wrong with a silo's arguments. */
function siloProblems(args: TenantSiloArgs): string[] {
  const problems = [
    ...tenantIdProblems(args.tenant.id, "tenant.id"),
    ...imageProblems("gateway.image", args.gateway.image),
    ...SERVICE_NAMES.flatMap((service) =>
      imageProblems(`services.${service}.image`, args.services[service].image),
    ),
    ...operatorProblems("operators.principalArns", args.operators?.principalArns ?? defaults.principalArns),
  ];
  const { maxBodyMiB = defaults.maxBodyMiB } = args.gateway;
  if (!Number.isInteger(maxBodyMiB) || maxBodyMiB < 1) {
    problems.push(`gateway.maxBodyMiB is ${maxBodyMiB}: expected a whole number of at least 1`);
  }
  for (const key of ["publicSubnetCidrs", "databaseSubnetCidrs"] as const) {
    // No range at all would be a rule that admits everything: an empty list of peers means any peer.
    if (args.cell.network[key].length === 0)
      problems.push(`cell.network.${key} is empty: expected at least one range`);
  }
  return problems;
}
