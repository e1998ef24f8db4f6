import { AwsError, defineResource, type Context } from "../../framework";
import { securityGroupReference, subnetReference } from "../references";
import { checkName } from "./shared";

/** Hosted zones of load balancers' names, for alias records; regions that are not listed share one here. */
const ZONE_IDS: Readonly<Record<string, string>> = {
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-west-1": "Z32O12XQLNTSW2",
};

/** A load balancer; it serves nothing locally. */
export const loadBalancer = defineResource({
  type: "aws:lb/loadBalancer:LoadBalancer",
  service: "Elastic Load Balancing v2",
  operations: {
    create: "CreateLoadBalancer",
    read: "DescribeLoadBalancers",
    update: "ModifyLoadBalancerAttributes",
    delete: "DeleteLoadBalancer",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 32 },
  check(inputs) {
    const type = inputs.string("loadBalancerType");
    return [
      ...checkName(inputs),
      ...(type === undefined || ["application", "network", "gateway"].includes(type)
        ? []
        : [
            { property: "loadBalancerType", reason: `"${type}" is not one of application, network, gateway` },
          ]),
    ];
  },
  defaults: (inputs) => ({
    desyncMitigationMode: "defensive",
    dropInvalidHeaderFields: false,
    enableCrossZoneLoadBalancing: inputs.stringOr("loadBalancerType", "application") === "application",
    enableDeletionProtection: false,
    enableHttp2: true,
    enableTlsVersionAndCipherSuiteHeaders: false,
    enableWafFailOpen: false,
    enableXffClientPort: false,
    enableZonalShift: false,
    clientKeepAlive: 3_600,
    idleTimeout: 60,
    internal: false,
    ipAddressType: "ipv4",
    loadBalancerType: "application",
    namePrefix: "",
    preserveHostHeader: false,
    xffHeaderProcessingMode: "append",
  }),
  computed: ["arn", "arnSuffix", "dnsName", "zoneId", "vpcId", "securityGroups", "subnets", "subnetMappings"],
  sets: ["securityGroups", "subnets", "subnetMappings"],
  replaces: ["name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"],
  references: [
    subnetReference("subnets[*]"),
    subnetReference("subnetMappings[*].subnetId"),
    securityGroupReference("securityGroups[*]"),
    {
      property: "accessLogs.bucket",
      to: ["aws:s3/bucket:Bucket"],
      missing: {
        code: "InvalidConfigurationRequest",
        message: (bucket) => `The S3 bucket '${bucket}' does not exist`,
      },
      onDelete: "ignore",
    },
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "DuplicateLoadBalancerName",
        message: (name) => `A load balancer with the same name '${name}' exists, but with different settings`,
      },
    },
  ],
  quotas: [
    {
      key: "elb.applicationLoadBalancers",
      limit: 50,
      exceeded: {
        code: "TooManyLoadBalancers",
        message: (limit) => `The maximum number of load balancers has been reached: ${limit}`,
      },
    },
  ],
  latency: { create: 150, update: 10, delete: 10 },
  async create(context) {
    const { subnets, vpcId } = await place(context);
    const kind = { application: "app", network: "net", gateway: "gwy" }[typeOf(context)] ?? "app";
    const name = context.inputs.stringOr("name", "");
    const arnSuffix = `${kind}/${name}/${context.hex(16)}`;
    const arn = context.arn("elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    const prefix = context.inputs.flag("internal") ? "internal-" : "";
    return {
      id: arn,
      arn,
      outputs: {
        arn,
        arnSuffix,
        dnsName:
          `${prefix}${name}-${Math.trunc(parseInt(context.hex(8), 16))}.${context.region}.elb.amazonaws.com`.toLowerCase(),
        zoneId: ZONE_IDS[context.region] ?? "Z35SXDOTRQ7X7K",
        vpcId,
        securityGroups: [],
        subnets,
        subnetMappings: subnets.map((subnetId) => ({ subnetId })),
      },
    };
  },
  async update(context) {
    await place(context);
    return {};
  },
  delete(context) {
    if (context.state.flag("enableDeletionProtection")) {
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${context.id}' cannot be deleted because deletion protection is enabled`,
      );
    }
  },
});

function typeOf(context: Context): string {
  return context.inputs.stringOr("loadBalancerType", "application");
}

async function place(context: Context): Promise<{ subnets: string[]; vpcId: string }> {
  const { inputs } = context;
  const mapped = inputs.maps("subnetMappings").map((mapping) => mapping.stringOr("subnetId", ""));
  const subnets = inputs.has("subnets") ? inputs.strings("subnets") : mapped;
  const found = await Promise.all(subnets.map((id) => context.find("aws:ec2/subnet:Subnet", id)));
  const zones = found.map((subnet) => subnet?.state.availabilityZone);
  const vpcs = new Set(found.map((subnet) => subnet?.state.vpcId));
  if (vpcs.size > 1)
    throw new AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC");
  if (new Set(zones).size < zones.length)
    throw new AwsError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  if (typeOf(context) === "application" && zones.length < 2)
    throw new AwsError(
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  const [vpcId] = vpcs;
  return { subnets, vpcId: typeof vpcId === "string" ? vpcId : "" };
}
