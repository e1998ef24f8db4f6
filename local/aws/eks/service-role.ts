import { createHash } from "node:crypto";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";

/** What a role for a service is made of. */
export interface ServiceRoleArgs {
  readonly service: string;
  readonly actions: string[];
  readonly description: string;
  /** AWS managed policies, by name. */
  readonly policies: readonly string[];
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** `eks:index:ServiceRole`: a role that a service takes on, with managed policies. */
export class ServiceRole extends pulumi.ComponentResource {
  /** The role, once its policies are attached. */
  readonly ready: pulumi.Output<Role>;

  constructor(name: string, args: ServiceRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, {}, opts);
    const role = new Role(
      `${name}-role`,
      {
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: [args.service] }, Action: args.actions }],
        }),
        description: args.description,
        tags: args.tags,
      },
      { parent: this },
    );
    const { partition } = getPartitionOutput({}, { parent: this });
    const attachments = args.policies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${name}-${suffixOf(policy)}`,
          { role, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    this.ready = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(() => role);
    this.registerOutputs({ role: this.ready, directRole: role });
  }
}

/** The official component names an attachment after the policy's ARN, always that of the partition `aws`. */
function suffixOf(policy: string): string {
  return createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
}
