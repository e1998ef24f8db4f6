import { resourcePolicy } from "../define";
import { has, isTrue, list, text } from "../properties";

const INSTANCE = "aws:rds/instance:Instance";

/** Database storage, and what Performance Insights keeps of queries, are encrypted under a customer managed key. */
export const databaseEncrypted = resourcePolicy({
  name: "database-encrypted",
  description: "RDS storage and Performance Insights are encrypted under a customer managed KMS key.",
  severity: "critical",
  remediationSteps: "Set storageEncrypted, and kmsKeyId to the tenant's key.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
  types: [INSTANCE],
  *check({ props }) {
    if (!isTrue(props, "storageEncrypted")) yield "storageEncrypted: expected true";
    if (!has(props, "kmsKeyId")) yield "kmsKeyId: missing; expected the tenant's KMS key";
    if (isTrue(props, "performanceInsightsEnabled") && !has(props, "performanceInsightsKmsKeyId")) {
      yield "performanceInsightsKmsKeyId: missing; expected the tenant's KMS key, as performanceInsightsEnabled is true";
    }
  },
});

/** The master password is made and rotated by Secrets Manager under the tenant's key; nobody passes one in. */
export const databasePasswordManaged = resourcePolicy({
  name: "database-password-managed",
  description: "RDS keeps the master password in Secrets Manager under a customer managed KMS key.",
  severity: "critical",
  remediationSteps: "Set manageMasterUserPassword and masterUserSecretKmsKeyId; remove password.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
  types: [INSTANCE],
  *check({ props }) {
    if (has(props, "replicateSourceDb")) return;
    if (!isTrue(props, "manageMasterUserPassword")) yield "manageMasterUserPassword: expected true";
    if (has(props, "password")) yield "password: set; expected none, as Secrets Manager makes it";
    if (!has(props, "masterUserSecretKmsKeyId")) {
      yield "masterUserSecretKmsKeyId: missing; expected the tenant's KMS key";
    }
  },
});

/** The engine parameter that refuses connections without TLS, and the value that switches it on. */
const TLS_PARAMETERS: readonly { family: RegExp; name: string; on: readonly string[] }[] = [
  { family: /^postgres/, name: "rds.force_ssl", on: ["1"] },
  { family: /^(mysql|mariadb)/, name: "require_secure_transport", on: ["1", "ON"] },
];

/** A database accepts TLS connections only. */
export const databaseTlsForced = resourcePolicy({
  name: "database-tls-forced",
  description: "RDS parameter groups refuse connections that are not encrypted.",
  severity: "high",
  remediationSteps: "Set rds.force_ssl=1 (PostgreSQL) or require_secure_transport=ON (MySQL, MariaDB).",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
  types: ["aws:rds/parameterGroup:ParameterGroup"],
  *check({ props }) {
    const family = text(props, "family") ?? "";
    const wanted = TLS_PARAMETERS.find((parameter) => parameter.family.test(family));
    if (!wanted) return;
    const value = list(props, "parameters").find((parameter) => text(parameter, "name") === wanted.name);
    if (!wanted.on.includes((text(value, "value") ?? "").toUpperCase())) {
      yield `parameters: ${wanted.name} is ${text(value, "value") ?? "not set"}; expected ${wanted.on.join(" or ")} for family '${family}'`;
    }
  },
});
