import type { CheckFailure, Properties, Reference } from "../../framework";

/** Pulumi types of the service. */
export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";

/** Refuses a name that Elastic Load Balancing would. */
export function checkName(inputs: Properties): CheckFailure[] {
  const name = inputs.string("name");
  return name === undefined || /^(?!-)(?!internal-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(name)
    ? []
    : [
        {
          property: "name",
          reason: `"${name}" must be 1 to 32 letters, digits and hyphens, and neither begin or end with a hyphen nor begin with internal-`,
        },
      ];
}

/** An action's target groups: named by themselves, or several with weights. */
export function targetGroupReferences(actions: "defaultActions" | "actions"): Reference[] {
  return [`${actions}[*].targetGroupArn`, `${actions}[*].forward.targetGroups[*].arn`].map((property) => ({
    property,
    to: [TARGET_GROUP],
    by: "arn",
    missing: {
      code: "TargetGroupNotFound",
      message: (arn) => `One or more target groups not found: ${arn}`,
    },
  }));
}

/** ARNs of the target groups that actions forward to. */
export function targetGroupsOf(properties: Properties, actions: "defaultActions" | "actions"): string[] {
  return properties.maps(actions).flatMap((action) => [
    ...[action.string("targetGroupArn")].filter((arn) => arn !== undefined),
    ...action.maps("forward").flatMap((forward) =>
      forward.maps("targetGroups").flatMap((group) => {
        const arn = group.string("arn");
        return arn === undefined ? [] : [arn];
      }),
    ),
  ]);
}
