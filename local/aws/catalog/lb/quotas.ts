import { AwsError, Properties, type Context } from "../../framework";
import { LISTENER, LISTENER_RULE, targetGroupsOf } from "./shared";

/** Target groups and rules of one Application Load Balancer (ELB quotas; the first is not adjustable). */
const TARGET_GROUPS = 100;
const RULES = 100;

/** Certificates of one load balancer beside the default ones. */
export const EXTRA_CERTIFICATES = 25;

/**
 * Sees that a load balancer has room for what a listener or rule forwards to.
 *
 * @throws {AwsError} TooManyUniqueTargetGroupsPerLoadBalancer
 */
export async function refuseTargetGroups(
  context: Context,
  loadBalancerArn: string,
  wanted: readonly string[],
): Promise<void> {
  const listeners = await context.list(LISTENER, { loadBalancerArn });
  const rules = await rulesOf(context, loadBalancerArn);
  const used = new Set(wanted);
  for (const { state } of listeners.filter((listener) => listener.id !== context.id)) {
    targetGroupsOf(new Properties(state), "defaultActions").forEach((arn) => used.add(arn));
  }
  for (const { state } of rules.filter((rule) => rule.id !== context.id))
    targetGroupsOf(new Properties(state), "actions").forEach((arn) => used.add(arn));
  if (used.size > TARGET_GROUPS) {
    throw new AwsError(
      "TooManyUniqueTargetGroupsPerLoadBalancer",
      `You have reached the maximum number of unique target groups that you can associate with a load balancer of type 'application': [${TARGET_GROUPS}]`,
    );
  }
}

/** Sees that a load balancer has room for one more rule. @throws {AwsError} TooManyRules */
export async function refuseRule(context: Context, loadBalancerArn: string): Promise<void> {
  const rules = await rulesOf(context, loadBalancerArn);
  if (rules.filter((rule) => rule.id !== context.id).length < RULES) return;
  throw new AwsError(
    "TooManyRules",
    `The maximum number of rules has been reached on load balancer '${loadBalancerArn}': ${RULES}`,
  );
}

async function rulesOf(
  context: Context,
  loadBalancerArn: string,
): Promise<{ id: string; state: Properties["values"] }[]> {
  const listeners = await context.list(LISTENER, { loadBalancerArn });
  const rules = await Promise.all(
    listeners.map(({ arn }) => context.list(LISTENER_RULE, { listenerArn: arn })),
  );
  return rules.flat();
}
