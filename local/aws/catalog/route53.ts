import {
  AwsError,
  asText,
  defineInvoke,
  defineResource,
  type Catalog,
  type Context,
  type Properties,
} from "../framework";
import { VPC_REFERENCE, notFound } from "./references";

const ZONE = "aws:route53/zone:Zone";
const RECORD = "aws:route53/record:Record";

/** Types of records that Route 53 has. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
const RECORD_TYPES = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DS",
  "HTTPS",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SPF",
  "SRV",
  "SSHFP",
  "SVCB",
  "TLSA",
  "TXT",
];

const zone = defineResource({
  type: ZONE,
  service: "Route 53",
  operations: {
    create: "CreateHostedZone",
    read: "GetHostedZone",
    update: "UpdateHostedZoneComment",
    delete: "DeleteHostedZone",
  },
  taggable: true,
  global: true,
  autoname: { property: "name" },
  check(inputs) {
    const name = inputs.string("name");
    return name === undefined || /^[a-z0-9_*!-]+(\.[a-z0-9_-]+)*\.?$/i.test(name)
      ? []
      : [{ property: "name", reason: `"${name}" is not a domain name` }];
  },
  defaults: () => ({ comment: "Managed by Pulumi", forceDestroy: false, delegationSetId: "" }),
  computed: ["arn", "zoneId", "nameServers", "primaryNameServer"],
  replaces: ["name", "delegationSetId"],
  references: [{ ...VPC_REFERENCE, property: "vpcs[*].vpcId", onDelete: "ignore" }],
  quotas: [
    {
      key: "route53.zones",
      limit: 500,
      exceeded: {
        code: "TooManyHostedZones",
        message: (limit) =>
          `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones (${limit}).`,
      },
    },
  ],
  latency: { create: 40, read: 0.2, update: 2, delete: 2 },
  create(context) {
    const id = `Z${context.letters(20)}`;
    const arn = context.arn("route53", `hostedzone/${id}`, { region: "", accountId: "" });
    const nameServers = [
      `ns-${16 + (parseInt(context.hex(2), 16) % 480)}.awsdns-02.com`,
      "ns-1103.awsdns-09.org",
      "ns-1904.awsdns-46.co.uk",
      "ns-717.awsdns-25.net",
    ];
    return { id, arn, outputs: { arn, zoneId: id, nameServers, primaryNameServer: nameServers[0] ?? "" } };
  },
  async delete(context) {
    const records = await context.list(RECORD, { zoneId: context.id });
    if (records.length > 0 && !context.inputs.flag("forceDestroy")) {
      throw new AwsError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    }
    for (const record of records) await context.remove(RECORD, record.id);
  },
});

const record = defineResource({
  type: RECORD,
  service: "Route 53",
  operations: {
    create: "ChangeResourceRecordSets",
    read: "ListResourceRecordSets",
    update: "ChangeResourceRecordSets",
    delete: "ChangeResourceRecordSets",
  },
  global: true,
  required: ["zoneId", "name", "type"],
  check(inputs) {
    const type = inputs.string("type");
    const failures = [];
    if (type !== undefined && !RECORD_TYPES.includes(type)) {
      failures.push({ property: "type", reason: `"${type}" is not one of ${RECORD_TYPES.join(", ")}` });
    }
    if (inputs.has("records") === inputs.has("aliases")) {
      failures.push({ property: "records", reason: "exactly one of `records`, `aliases` must be specified" });
    }
    if (inputs.has("records") && !inputs.has("ttl")) {
      failures.push({ property: "ttl", reason: "is required with `records`" });
    }
    return failures;
  },
  sets: ["records"],
  computed: ["fqdn"],
  replaces: ["zoneId", "name", "type", "setIdentifier"],
  deleteBeforeReplace: true,
  references: [
    {
      property: "zoneId",
      to: [ZONE],
      missing: notFound("NoSuchHostedZone", (id) => `No hosted zone found with ID: ${id}`, 404),
      onDelete: "ignore",
    },
  ],
  quotas: [
    {
      key: "route53.recordsPerZone",
      limit: 10_000,
      per: ["zoneId"],
      exceeded: {
        code: "InvalidChangeBatch",
        message: (limit) => `Number of records limit of ${limit} exceeded.`,
      },
    },
  ],
  latency: { create: 35, read: 0.2, update: 35, delete: 35 },
  async create(context) {
    const zoneId = context.inputs.stringOr("zoneId", "");
    const fqdn = await qualifiedName(context, zoneId);
    const type = context.inputs.stringOr("type", "");
    const set = context.inputs.string("setIdentifier");
    const id = [zoneId, fqdn, type, ...(set === undefined ? [] : [set])].join("_");
    if ((await context.find(RECORD, id)) !== undefined) {
      if (!context.inputs.flag("allowOverwrite")) {
        throw new AwsError(
          "InvalidChangeBatch",
          `Tried to create resource record set [name='${fqdn}.', type='${type}'] but it already exists`,
        );
      }
      await context.remove(RECORD, id);
    }
    return { id, arn: `arn:${context.partition}:route53:::recordset/${id}`, outputs: { fqdn } };
  },
});

const getZone = defineInvoke({
  token: "aws:route53/getZone:getZone",
  service: "Route 53",
  operation: "ListHostedZones",
  async invoke(context) {
    const wanted = context.inputs.string("zoneId");
    const name = context.inputs.string("name")?.replace(/\.$/, "");
    const zones =
      wanted === undefined ? await context.list(ZONE) : await context.list(ZONE, { zoneId: wanted });
    const privateOnes = context.inputs.flag("privateZone");
    const found = zones.find(
      (candidate) =>
        (name === undefined || asText(candidate.state.name).replace(/\.$/, "") === name) &&
        (wanted !== undefined || Array.isArray(candidate.state.vpcs) === privateOnes),
    );
    if (found === undefined)
      throw new AwsError("NoMatch", `no matching Route 53 Hosted Zone found for ${name ?? wanted}`);
    return {
      ...found.state,
      privateZone: Array.isArray(found.state.vpcs),
      callerReference: "",
      resourceRecordSetCount: 2,
    };
  },
});

/** Route 53. */
export const route53: Catalog = { resources: [zone, record], invokes: [getZone] };

async function qualifiedName(context: Context, zoneId: string): Promise<string> {
  const found = await context.find(ZONE, zoneId);
  const domain = asText(found?.state.name).replace(/\.$/, "");
  return within(context.inputs, domain);
}

function within(inputs: Properties, domain: string): string {
  const name = inputs.stringOr("name", "").replace(/\.$/, "").toLowerCase();
  if (name === "" || name === domain) return domain;
  return name.endsWith(`.${domain}`) ? name : `${name}.${domain}`;
}
