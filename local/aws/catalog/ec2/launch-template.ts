import { defineResource } from "../../framework";
import { securityGroupReference } from "./shared";

/** What instances are started from; every change is a new version of it. */
export const launchTemplate = defineResource({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  service: "EC2",
  operations: {
    create: "CreateLaunchTemplate",
    read: "DescribeLaunchTemplates",
    update: "CreateLaunchTemplateVersion",
    delete: "DeleteLaunchTemplate",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 125 },
  computed: ["arn", "latestVersion", "defaultVersion"],
  volatile: ["latestVersion", "defaultVersion"],
  replaces: ["name", "namePrefix"],
  references: [
    securityGroupReference("vpcSecurityGroupIds[*]"),
    securityGroupReference("networkInterfaces[*].securityGroups[*]"),
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "InvalidLaunchTemplateName.AlreadyExistsException",
        message: () => "Launch template name already in use.",
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const id = `lt-${context.hex(17)}`;
    const arn = context.arn("ec2", `launch-template/${id}`);
    return { id, arn, outputs: { arn, latestVersion: 1, defaultVersion: 1 } };
  },
  update(context) {
    const latest = (context.state.number("latestVersion") ?? 1) + 1;
    const former = context.state.number("defaultVersion") ?? 1;
    return {
      latestVersion: latest,
      defaultVersion: context.inputs.flag("updateDefaultVersion")
        ? latest
        : (context.inputs.number("defaultVersion") ?? former),
    };
  },
});
