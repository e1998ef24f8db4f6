import { defineResource, type Catalog } from "../framework";
import { keyReference } from "./references";

/** Days that CloudWatch Logs can keep events for; 0 for ever. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const logGroup = defineResource({
  type: "aws:cloudwatch/logGroup:LogGroup",
  service: "CloudWatch Logs",
  operations: {
    create: "CreateLogGroup",
    read: "DescribeLogGroups",
    update: "PutRetentionPolicy",
    delete: "DeleteLogGroup",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 512 },
  check(inputs) {
    const days = inputs.number("retentionInDays");
    const name = inputs.string("name");
    return [
      ...(days === undefined || RETENTION_DAYS.includes(days)
        ? []
        : [{ property: "retentionInDays", reason: `${days} is not one of ${RETENTION_DAYS.join(", ")}` }]),
      ...(name === undefined || /^[.\-_/#A-Za-z0-9]+$/.test(name)
        ? []
        : [{ property: "name", reason: `"${name}" may hold only letters, digits and . - _ / #` }]),
    ];
  },
  defaults: () => ({
    retentionInDays: 0,
    logGroupClass: "STANDARD",
    skipDestroy: false,
    namePrefix: "",
    kmsKeyId: "",
    deletionProtectionEnabled: false,
  }),
  computed: ["arn"],
  replaces: ["name", "namePrefix", "logGroupClass"],
  references: [
    keyReference("kmsKeyId", {
      code: "InvalidParameterException",
      message: (arn) => `The specified KMS key does not exist or is not allowed to be used: ${arn}`,
    }),
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "ResourceAlreadyExistsException",
        message: () => "The specified log group already exists",
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("logs", `log-group:${name}`);
    return { id: name, arn, outputs: { arn } };
  },
});

/** CloudWatch Logs. */
export const logs: Catalog = { resources: [logGroup] };
