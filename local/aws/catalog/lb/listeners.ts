import { AwsError, Properties, defineResource, type CheckFailure, type Context } from "../../framework";
import { EXTRA_CERTIFICATES, refuseRule, refuseTargetGroups } from "./quotas";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER, targetGroupReferences, targetGroupsOf } from "./shared";

const PROTOCOLS: readonly string[] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"];
const DEFAULT_TLS_POLICY = "ELBSecurityPolicy-2016-08";

/** A port of a load balancer. */
export const listener = defineResource({
  type: LISTENER,
  service: "Elastic Load Balancing v2",
  operations: {
    create: "CreateListener",
    read: "DescribeListeners",
    update: "ModifyListener",
    delete: "DeleteListener",
  },
  taggable: true,
  required: ["defaultActions", "loadBalancerArn"],
  check(inputs) {
    const protocol = inputs.string("protocol");
    return protocol === undefined || PROTOCOLS.includes(protocol)
      ? []
      : [{ property: "protocol", reason: `"${protocol}" is not one of ${PROTOCOLS.join(", ")}` }];
  },
  defaults: (inputs) => ({
    protocol: "HTTP",
    ...(isEncrypted(inputs) ? { sslPolicy: DEFAULT_TLS_POLICY } : {}),
  }),
  computed: ["arn"],
  replaces: ["loadBalancerArn"],
  references: [
    {
      property: "loadBalancerArn",
      to: [LOAD_BALANCER],
      by: "arn",
      missing: {
        code: "LoadBalancerNotFound",
        message: (arn) => `One or more load balancers not found: ${arn}`,
      },
      onDelete: "cascade",
    },
    ...targetGroupReferences("defaultActions"),
  ],
  unique: [
    {
      key: ({ inputs }) => `${inputs.stringOr("loadBalancerArn", "")}:${inputs.number("port") ?? ""}`,
      taken: {
        code: "DuplicateListener",
        message: (key) => `A listener already exists on this port for this load balancer: ${key}`,
      },
    },
  ],
  quotas: [
    {
      key: "elb.listenersPerLoadBalancer",
      limit: 50,
      per: ["loadBalancerArn"],
      exceeded: {
        code: "TooManyListeners",
        message: (limit) => `The maximum number of listeners has been reached on the load balancer: ${limit}`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    await refuseListener(context);
    const [, suffix = ""] = context.inputs.stringOr("loadBalancerArn", "").split(":loadbalancer/");
    const arn = context.arn("elasticloadbalancing", `listener/${suffix}/${context.hex(16)}`);
    return { id: arn, arn, outputs: { arn } };
  },
  async update(context) {
    await refuseListener(context);
    return {};
  },
});

/** What a listener does with some requests. */
export const listenerRule = defineResource({
  type: LISTENER_RULE,
  service: "Elastic Load Balancing v2",
  operations: { create: "CreateRule", read: "DescribeRules", update: "ModifyRule", delete: "DeleteRule" },
  taggable: true,
  required: ["actions", "conditions", "listenerArn"],
  check(inputs): CheckFailure[] {
    const priority = inputs.number("priority");
    return priority === undefined || (priority >= 1 && priority <= 50_000)
      ? []
      : [{ property: "priority", reason: `${priority} is out of range; expected 1 to 50000` }];
  },
  computed: ["arn", "priority"],
  replaces: ["listenerArn"],
  references: [
    {
      property: "listenerArn",
      to: [LISTENER],
      by: "arn",
      missing: { code: "ListenerNotFound", message: (arn) => `One or more listeners not found: ${arn}` },
      onDelete: "cascade",
    },
    ...targetGroupReferences("actions"),
  ],
  unique: [
    {
      key: ({ inputs }) =>
        inputs.has("priority")
          ? `${inputs.stringOr("listenerArn", "")}#${inputs.number("priority")}`
          : undefined,
      taken: {
        code: "PriorityInUse",
        message: (key) => `Priority '${key.split("#")[1]}' is currently in use`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    const loadBalancerArn = await loadBalancerOf(context);
    await refuseRule(context, loadBalancerArn);
    await refuseTargetGroups(context, loadBalancerArn, targetGroupsOf(context.inputs, "actions"));
    const [, suffix = ""] = context.inputs.stringOr("listenerArn", "").split(":listener/");
    const arn = context.arn("elasticloadbalancing", `listener-rule/${suffix}/${context.hex(16)}`);
    return { id: arn, arn, outputs: { arn, priority: await nextPriority(context) } };
  },
  async update(context) {
    await refuseTargetGroups(
      context,
      await loadBalancerOf(context),
      targetGroupsOf(context.inputs, "actions"),
    );
    return {};
  },
});

/** One more certificate of an HTTPS listener, chosen by the name that a client asks for. */
export const listenerCertificate = defineResource({
  type: "aws:lb/listenerCertificate:ListenerCertificate",
  service: "Elastic Load Balancing v2",
  operations: {
    create: "AddListenerCertificates",
    read: "DescribeListenerCertificates",
    delete: "RemoveListenerCertificates",
  },
  required: ["certificateArn", "listenerArn"],
  computed: [],
  replaces: ["certificateArn", "listenerArn"],
  references: [
    {
      property: "listenerArn",
      to: [LISTENER],
      by: "arn",
      missing: { code: "ListenerNotFound", message: (arn) => `One or more listeners not found: ${arn}` },
      onDelete: "cascade",
    },
  ],
  quotas: [
    {
      key: "elb.extraCertificates",
      limit: EXTRA_CERTIFICATES,
      per: ["listenerArn"],
      exceeded: {
        code: "TooManyCertificates",
        message: (limit) => `The maximum number of certificates has been reached on the listener: ${limit}`,
      },
    },
  ],
  latency: { create: 1, delete: 1 },
  create({ inputs }) {
    const id = `${inputs.stringOr("listenerArn", "")}_${inputs.stringOr("certificateArn", "")}`;
    return { id, arn: "", outputs: {} };
  },
});

function isEncrypted(inputs: Properties): boolean {
  return ["HTTPS", "TLS"].includes(inputs.stringOr("protocol", ""));
}

async function refuseListener(context: Context): Promise<void> {
  const { inputs } = context;
  const port = inputs.number("port");
  if (port === undefined || port < 1 || port > 65_535)
    throw new AwsError("ValidationError", `A port from 1 to 65535 must be specified, not '${port ?? ""}'`);
  if (isEncrypted(inputs) && !inputs.has("certificateArn"))
    throw new AwsError("ValidationError", "A certificate must be specified for HTTPS listeners");
  if (!isEncrypted(inputs) && inputs.has("certificateArn"))
    throw new AwsError("ValidationError", "A certificate cannot be specified for HTTP listeners");
  const wanted = targetGroupsOf(inputs, "defaultActions");
  await refuseTargetGroups(context, inputs.stringOr("loadBalancerArn", ""), wanted);
}

async function loadBalancerOf(context: Context): Promise<string> {
  const found = await context.find(LISTENER, context.inputs.stringOr("listenerArn", ""));
  return found === undefined ? "" : new Properties(found.state).stringOr("loadBalancerArn", "");
}

/** AWS gives a rule without a priority the next one after the listener's last. */
async function nextPriority(context: Context): Promise<number> {
  const rules = await context.list(LISTENER_RULE, {
    listenerArn: context.inputs.stringOr("listenerArn", ""),
  });
  return Math.max(0, ...rules.map(({ state }) => new Properties(state).number("priority") ?? 0)) + 1;
}
