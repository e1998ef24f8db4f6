import type * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { retentionProblems } from "../rules/log-retention";
import { subnetPrefixes, zoneProblems } from "../rules/network";
import { UserError } from "../user-error";
import { closeDefaultSecurityGroup } from "./default-security-group";
import { createFlowLogs } from "./flow-logs";

/** Arguments of {@link Network}. */
export interface NetworkArgs {
  /** IPv4 range of the VPC, /16 to /20. A change replaces the network. */
  readonly cidr: string;
  readonly region: string;
  /** Availability zones by name, three or four. A change replaces subnets. */
  readonly zones: readonly string[];
  /**
   * `one-per-zone`: a zone's failure leaves the others their way out. `single`: cheaper, and one zone's failure cuts
   * all of them off. Default: `one-per-zone`.
   */
  readonly natGateways?: "one-per-zone" | "single";
  /** The key that flow logs are encrypted under. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days that flow logs are kept, one of the numbers CloudWatch allows. Default: 90. */
  readonly flowLogRetentionDays?: number;
}

/** What a cluster and databases need of a network: made by {@link Network}, or one that is there already. */
export interface NetworkLike {
  readonly vpcId: pulumi.Input<string>;
  /** Load balancers stand here. */
  readonly publicSubnetIds: pulumi.Input<string[]>;
  /** Nodes and pods run here. */
  readonly privateSubnetIds: pulumi.Input<string[]>;
  /** Databases stand here; nothing leads out of them. */
  readonly databaseSubnetIds: pulumi.Input<string[]>;
}

const defaults = { natGateways: "one-per-zone", flowLogRetentionDays: 90 } satisfies Partial<NetworkArgs>;

/**
 * A cell's network: a VPC over three zones with public subnets for load balancers, private ones for nodes and pods,
 * and database subnets that nothing leads out of; a gateway endpoint for S3; flow logs of every packet's fate; and a
 * default security group that admits nothing.
 *
 * Needs an explicit `aws` provider, given by `opts.providers` or a parent.
 *
 * ### Cost
 * A NAT gateway: 33 USD a month and 0.045 USD a GB (us-east-1), one a zone by default. Flow logs: 0.50 USD a GB.
 */
export class Network extends pulumi.ComponentResource implements NetworkLike {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** Ranges of the public subnets, in the order of their ids. */
  readonly publicSubnetCidrs: pulumi.Output<string[]>;
  /** Ranges of the database subnets, in the order of their ids. */
  readonly databaseSubnetCidrs: pulumi.Output<string[]>;

  /** @throws UserError naming the zones and the days of logs that are wrong */
  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:Network", name, {}, opts);
    const problems = [
      ...zoneProblems(args.zones, args.region),
      ...retentionProblems("flowLogRetentionDays", args.flowLogRetentionDays),
    ];
    if (problems.length > 0) throw new UserError(`Network '${name}': ${problems.join("; ")}`);

    const vpc = this.createVpc(name, args);
    closeDefaultSecurityGroup(name, vpc.vpcId, { parent: this });
    createFlowLogs(
      name,
      {
        vpcId: vpc.vpcId,
        keyArn: args.logKeyArn,
        retentionInDays: args.flowLogRetentionDays ?? defaults.flowLogRetentionDays,
      },
      { parent: this },
    );

    this.vpcId = vpc.vpcId;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.databaseSubnetIds = vpc.isolatedSubnetIds;
    this.publicSubnetCidrs = cidrsOf(vpc.publicSubnets);
    this.databaseSubnetCidrs = cidrsOf(vpc.isolatedSubnets);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private createVpc(name: string, args: NetworkArgs): awsx.ec2.Vpc {
    const prefixes = subnetPrefixes(args.cidr);
    const { natGateways } = { ...defaults, ...args };
    return new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: args.cidr,
        availabilityZoneNames: [...args.zones],
        enableDnsHostnames: true,
        enableDnsSupport: true,
        natGateways: { strategy: natGateways === "single" ? "Single" : "OnePerAz" },
        // Largest first: the layout places each at the next block of its own size.
        subnetStrategy: "Auto",
        subnetSpecs: [
          {
            type: "Private",
            name: "private",
            cidrMask: prefixes.private,
            tags: { "kubernetes.io/role/internal-elb": "1" },
          },
          {
            type: "Public",
            name: "public",
            cidrMask: prefixes.public,
            tags: { "kubernetes.io/role/elb": "1" },
          },
          { type: "Isolated", name: "database", cidrMask: prefixes.database },
        ],
        vpcEndpointStrategy: "Auto",
        vpcEndpointSpecs: [{ serviceName: `com.amazonaws.${args.region}.s3`, vpcEndpointType: "Gateway" }],
      },
      { parent: this },
    );
  }
}

function cidrsOf(subnets: pulumi.Output<aws.ec2.Subnet[]>): pulumi.Output<string[]> {
  return subnets.apply((all) =>
    pulumi.all(all.map(({ cidrBlock }) => cidrBlock.apply((cidr) => cidr ?? ""))),
  );
}
