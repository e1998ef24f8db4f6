import { resourcePolicy } from "../define";
import { has, isTrue, number } from "../properties";
import { CLUSTER, INSTANCE } from "../rds";

/** Days of backups that a database keeps at least, unless the policy's configuration asks for more. */
const SHORTEST_RETENTION = 7;

/** What a tenant stored can be had back: by backups, and by a snapshot when the database goes. */
export const databaseRecoverable = resourcePolicy({
  name: "database-recoverable",
  description: "RDS instances and clusters keep backups and leave a final snapshot.",
  severity: "critical",
  remediationSteps:
    "Set backupRetentionPeriod; set finalSnapshotIdentifier and leave skipFinalSnapshot unset.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-11",
  configSchema: {
    properties: {
      backupRetentionDays: {
        type: "integer",
        minimum: 1,
        maximum: 35,
        default: SHORTEST_RETENTION,
        description: "Days of automated backups a database keeps at least.",
      },
    },
  },
  types: [INSTANCE, CLUSTER],
  *check({ props, config }) {
    if (isTrue(props, "skipFinalSnapshot")) yield "skipFinalSnapshot: true; expected a final snapshot";
    else if (!has(props, "finalSnapshotIdentifier"))
      yield "finalSnapshotIdentifier: missing; expected the snapshot's name";
    const wanted = number(config, "backupRetentionDays") ?? SHORTEST_RETENTION;
    const days = number(props, "backupRetentionPeriod") ?? 0;
    if (days < wanted) yield `backupRetentionPeriod: ${days} days; expected ${wanted} or more`;
  },
});

/** Deletion protection comes off only on the way out, so it tells and doesn't stop. */
export const databaseProtected = resourcePolicy({
  name: "database-deletion-protected",
  description:
    "RDS instances and clusters are protected against deletion, except while their tenant is being removed.",
  severity: "medium",
  enforcementLevel: "advisory",
  remediationSteps: "Leave deletionProtection at its default, true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-8",
  types: [INSTANCE, CLUSTER],
  *check({ props }) {
    if (!isTrue(props, "deletionProtection"))
      yield "deletionProtection: off; expected true unless the tenant is being removed";
  },
});
