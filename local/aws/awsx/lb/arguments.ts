import { Arguments } from "../../components/arguments";

/** Type token of the component. */
export const ALB_TYPE = "awsx:lb:ApplicationLoadBalancer";

/** Arguments passed on to the load balancer. */
export const PASSED: readonly string[] = [
  "accessLogs",
  "clientKeepAlive",
  "connectionLogs",
  "desyncMitigationMode",
  "dropInvalidHeaderFields",
  "enableDeletionProtection",
  "enableHttp2",
  "enableTlsVersionAndCipherSuiteHeaders",
  "enableWafFailOpen",
  "enableXffClientPort",
  "enableZonalShift",
  "idleTimeout",
  "internal",
  "ipAddressType",
  "name",
  "namePrefix",
  "preserveHostHeader",
  "tags",
  "xffHeaderProcessingMode",
];

/** Arguments of the component that are handled. */
export const ALB_ARGUMENTS: readonly string[] = [
  ...PASSED,
  "defaultSecurityGroup",
  "defaultTargetGroup",
  "defaultTargetGroupPort",
  "listener",
  "listeners",
  "securityGroups",
  "subnetIds",
  "subnetMappings",
  "subnets",
];

/** Arguments of a listener. */
export const LISTENER_ARGUMENTS: readonly string[] = [
  "alpnPolicy",
  "certificateArn",
  "defaultActions",
  "mutualAuthentication",
  "port",
  "protocol",
  "sslPolicy",
  "tags",
];

/** Arguments of the default target group. */
export const TARGET_GROUP_ARGUMENTS: readonly string[] = [
  "connectionTermination",
  "deregistrationDelay",
  "healthCheck",
  "ipAddressType",
  "loadBalancingAlgorithmType",
  "loadBalancingCrossZoneEnabled",
  "name",
  "namePrefix",
  "port",
  "preserveClientIp",
  "protocol",
  "protocolVersion",
  "slowStart",
  "stickiness",
  "tags",
  "targetType",
  "vpcId",
];

/** A listener that nobody asked for. */
export function only(values: Record<string, unknown>): Arguments {
  return new Arguments({ type: ALB_TYPE, names: LISTENER_ARGUMENTS }, values, "listener");
}
