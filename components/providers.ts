import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cell } from "./cell";
import { resourceTags } from "./rules/tags";
import { UserError } from "./user-error";

/** The explicit providers that a tenant's components work through. */
export interface TenantProviders {
  /** Works in the cell's account and region only, and tags everything as the tenant's. */
  readonly aws: aws.Provider;
  /** Works in the cell's cluster. */
  readonly kubernetes: kubernetes.Provider;
}

/**
 * Makes the providers of one tenant.
 *
 * @param tenantId tenant that everything made through them is tagged with
 * @param cell cell they work in; another account is refused
 */
export function tenantProviders(
  tenantId: string,
  cell: Cell,
  opts?: pulumi.ResourceOptions,
): TenantProviders {
  return {
    aws: new aws.Provider(
      "aws",
      {
        region: cell.region,
        allowedAccountIds: [cell.accountId],
        defaultTags: {
          tags: resourceTags({
            tenantId,
            environment: cell.environment,
            cell: cell.name,
            costCenter: cell.costCenter,
          }),
        },
      },
      opts,
    ),
    kubernetes: new kubernetes.Provider(
      "kubernetes",
      { kubeconfig: pulumi.secret(cell.cluster.kubeconfig), clusterIdentifier: cell.cluster.arn },
      opts,
    ),
  };
}

/**
 * Refuses a component whose parent or options bring no explicit provider for a package: the ambient one could be
 * another account's or another cluster's.
 *
 * @param component component to look at, for its name in the message
 * @param packages packages that need a provider of their own
 * @throws UserError naming the component and the missing provider
 */
export function requireProviders(
  component: pulumi.Resource,
  label: string,
  packages: readonly ("aws" | "kubernetes")[],
): void {
  for (const name of packages) {
    if (component.getProvider(`${name}:index:any`) === undefined) {
      throw new UserError(
        `${label}: opts.providers.${name} is missing: expected the tenant's provider (see tenantProviders)`,
      );
    }
  }
}
