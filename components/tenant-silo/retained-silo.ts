import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { requireProviders } from "../providers";
import { tenantIdProblems } from "../rules/tenant-id";
import { type TenantNames, tenantNames } from "../rules/tenant-names";
import { UserError } from "../user-error";
import { type KeyArgs, createKey } from "./key";
import { TenantSilo } from "./tenant-silo";

/** Arguments of {@link RetainedSilo}. */
export interface RetainedSiloArgs {
  readonly tenant: {
    /** Slug, checked by rules/tenant-id.ts; the silo's. */
    readonly id: string;
  };
  /** The cell that the silo was in. */
  readonly cell: KeyArgs["cell"] & { readonly domain: string };
}

/**
 * What is left of a {@link TenantSilo} whose tenant has gone and whose data has not: the KMS key and its alias, without
 * which no snapshot of the tenant's database can be read again.
 *
 * It is the same component to Pulumi, under the same URNs. A program that makes it in the place of a TenantSilo of the same
 * name has everything else deleted and keeps the key as it is; one that makes the TenantSilo again gets the rest anew around
 * that key. It is a class of its own because a program that holds one has no namespace, role or security group to hand on.
 *
 * Needs an explicit `aws` provider, given by `opts.providers` or a parent.
 *
 * ### Cost
 * One KMS key, 1 USD a month.
 */
export class RetainedSilo extends pulumi.ComponentResource {
  /** Names of what belonged to the tenant, and will again. */
  readonly names: TenantNames;
  readonly key: aws.kms.Key;

  /** @throws UserError naming every argument that is wrong */
  constructor(name: string, args: RetainedSiloArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TenantSilo.type, name, {}, opts);
    const problems = tenantIdProblems(args.tenant.id, "tenant.id");
    if (problems.length > 0) throw new UserError(`RetainedSilo '${name}': ${problems.join("; ")}`);
    requireProviders(this, `RetainedSilo '${name}'`, ["aws"]);

    const { tenant, cell } = args;
    this.names = tenantNames(tenant.id, cell);
    this.key = createKey(name, { tenantId: tenant.id, names: this.names, cell }, { parent: this });
    this.registerOutputs({ hostName: this.names.hostName, keyArn: this.key.arn });
  }
}
