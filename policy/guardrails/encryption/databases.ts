import { resourcePolicy } from "../define";
import { has, isTrue, list, text } from "../properties";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../rds";

/** Database storage, and what Performance Insights keeps of queries, are encrypted under a customer managed key. */
export const databaseEncrypted = resourcePolicy({
  name: "database-encrypted",
  description: "RDS storage and Performance Insights are encrypted under a customer managed KMS key.",
  severity: "critical",
  remediationSteps: "Set storageEncrypted, and kmsKeyId to the tenant's key.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
  types: [INSTANCE, CLUSTER, CLUSTER_INSTANCE],
  *check({ type, props }) {
    if (type !== CLUSTER_INSTANCE) {
      if (!isTrue(props, "storageEncrypted")) yield "storageEncrypted: expected true";
      if (!has(props, "kmsKeyId")) yield "kmsKeyId: missing; expected the tenant's KMS key";
    }
    if (isTrue(props, "performanceInsightsEnabled") && !has(props, "performanceInsightsKmsKeyId")) {
      yield "performanceInsightsKmsKeyId: missing; expected the tenant's KMS key, as performanceInsightsEnabled is true";
    }
  },
});

/** Where a password is passed in, of an instance and of a cluster, stored in the state or not. */
const PASSWORDS = ["password", "passwordWo", "masterPassword", "masterPasswordWo"];

/** The master password is made and rotated by Secrets Manager under the tenant's key; nobody passes one in. */
export const databasePasswordManaged = resourcePolicy({
  name: "database-password-managed",
  description: "RDS keeps the master password in Secrets Manager under a customer managed KMS key.",
  severity: "critical",
  remediationSteps: "Set manageMasterUserPassword and masterUserSecretKmsKeyId; remove password.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
  types: [INSTANCE, CLUSTER],
  *check({ props }) {
    if (has(props, "replicateSourceDb") || has(props, "replicationSourceIdentifier")) return;
    if (!isTrue(props, "manageMasterUserPassword")) yield "manageMasterUserPassword: expected true";
    for (const key of PASSWORDS.filter((password) => has(props, password))) {
      yield `${key}: set; expected none, as Secrets Manager makes it`;
    }
    if (!has(props, "masterUserSecretKmsKeyId")) {
      yield "masterUserSecretKmsKeyId: missing; expected the tenant's KMS key";
    }
  },
});

/** The engine parameter that refuses connections without TLS, and the value that switches it on. */
const TLS_PARAMETERS: readonly { family: RegExp; name: string; on: readonly string[] }[] = [
  { family: /^(aurora-)?postgres/, name: "rds.force_ssl", on: ["1"] },
  { family: /^sqlserver/, name: "rds.force_ssl", on: ["1"] },
  { family: /^(aurora-mysql|mysql|mariadb)/, name: "require_secure_transport", on: ["1", "ON"] },
];

/** Where a database names the group of parameters that decides about TLS; instances of a cluster take the cluster's. */
const PARAMETER_GROUP: Readonly<Record<string, string>> = {
  [INSTANCE]: "parameterGroupName",
  [CLUSTER]: "dbClusterParameterGroupName",
};

/** A database names its parameters: the default ones of MySQL and MariaDB take connections in plain text. */
export const databaseParametersNamed = resourcePolicy({
  name: "database-parameters-named",
  description: "RDS instances and clusters use a parameter group of the platform, not RDS's default one.",
  severity: "high",
  remediationSteps:
    "Set parameterGroupName, or a cluster's dbClusterParameterGroupName, to the cell's group.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
  types: Object.keys(PARAMETER_GROUP),
  *check({ type, props }) {
    const key = PARAMETER_GROUP[type] ?? "";
    if (!has(props, key)) {
      yield `${key}: missing; expected a group that forces TLS`;
    } else if (text(props, key)?.startsWith("default.")) {
      yield `${key}: '${text(props, key)}'; expected a group that forces TLS, as RDS decides what is in its own`;
    }
  },
});

/** Services log in with what Pod Identity gives them, so that a password that leaks is not the only way. */
export const databaseIamLogin = resourcePolicy({
  name: "database-iam-login",
  description: "RDS instances and clusters take logins by IAM.",
  severity: "medium",
  remediationSteps: "Set iamDatabaseAuthenticationEnabled.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-10",
  types: [INSTANCE, CLUSTER],
  *check({ props }) {
    if (!isTrue(props, "iamDatabaseAuthenticationEnabled"))
      yield "iamDatabaseAuthenticationEnabled: expected true";
  },
});

/** A database accepts TLS connections only. */
export const databaseTlsForced = resourcePolicy({
  name: "database-tls-forced",
  description: "RDS parameter groups refuse connections that are not encrypted.",
  severity: "high",
  remediationSteps:
    "Set rds.force_ssl=1 (PostgreSQL, SQL Server) or require_secure_transport=ON (MySQL, MariaDB).",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
  types: ["aws:rds/parameterGroup:ParameterGroup", "aws:rds/clusterParameterGroup:ClusterParameterGroup"],
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
