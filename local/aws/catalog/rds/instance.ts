import {
  AwsError,
  asText,
  defineResource,
  type Context,
  type ProvisionContext,
  type Reference,
} from "../../framework";
import { keyReference, roleReference, securityGroupReference } from "../references";
import { zonesOf } from "../zones";
import { RESERVED_NAMES, dropDatabase, ensureDatabase } from "./database";
import { ENGINES, resolveVersion } from "./engines";
import { checkInstance } from "./instance-checks";
import { adoptMasterSecret, insertMasterSecret, masterPassword } from "./master-secret";
import { takeFinalSnapshot } from "./snapshots";

/** Code of what RDS could do and one shared PostgreSQL server can't. */
const LOCAL_LIMIT = "LocalCloudLimit";

/** Characters of an endpoint's part that is an account's own in a region. */
const ENDPOINT_ACCOUNT_PART = 12;

/** A database instance. `postgres` is a real database on the embedded server, other engines are the control plane only. */
export const instance = defineResource({
  type: "aws:rds/instance:Instance",
  service: "RDS",
  operations: {
    create: "CreateDBInstance",
    read: "DescribeDBInstances",
    update: "ModifyDBInstance",
    delete: "DeleteDBInstance",
  },
  taggable: true,
  importBy: "identifier",
  autoname: {
    property: "identifier",
    prefixProperty: "identifierPrefix",
    maxLength: 63,
    transform: (name) => name.toLowerCase(),
  },
  required: ["instanceClass"],
  check: checkInstance,
  defaults: (inputs) => ({
    allowMajorVersionUpgrade: false,
    autoMinorVersionUpgrade: true,
    backupRetentionPeriod: 0,
    backupTarget: "region",
    backupWindow: "03:00-03:30",
    caCertIdentifier: "rds-ca-rsa2048-g1",
    copyTagsToSnapshot: false,
    customerOwnedIpEnabled: false,
    databaseInsightsMode: "standard",
    dbName: "",
    dedicatedLogVolume: false,
    deleteAutomatedBackups: true,
    deletionProtection: false,
    iamDatabaseAuthenticationEnabled: false,
    identifierPrefix: "",
    iops: inputs.string("storageType") === "gp3" ? 3000 : 0,
    kmsKeyId: "",
    maintenanceWindow: "sun:04:00-sun:04:30",
    maxAllocatedStorage: 0,
    monitoringInterval: 0,
    monitoringRoleArn: "",
    multiAz: false,
    networkType: "IPV4",
    performanceInsightsEnabled: false,
    performanceInsightsKmsKeyId: "",
    performanceInsightsRetentionPeriod: inputs.flag("performanceInsightsEnabled") ? 7 : 0,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
    storageEncrypted: false,
    storageThroughput: inputs.string("storageType") === "gp3" ? 125 : 0,
    storageType: "gp2",
  }),
  computed: [
    "address",
    "arn",
    "availabilityZone",
    "endpoint",
    "engineVersion",
    "engineVersionActual",
    "hostedZoneId",
    "latestRestorableTime",
    "licenseModel",
    "listenerEndpoints",
    "masterUserSecretKmsKeyId",
    "masterUserSecrets",
    "optionGroupName",
    "parameterGroupName",
    "port",
    "replicas",
    "resourceId",
    "status",
    "vpcSecurityGroupIds",
  ],
  volatile: ["engineVersionActual", "masterUserSecrets"],
  secrets: ["password", "passwordWo"],
  sets: ["vpcSecurityGroupIds", "enabledCloudwatchLogsExports"],
  replaces: [
    "availabilityZone",
    "backupTarget",
    "characterSetName",
    "customIamInstanceProfile",
    "dbName",
    "engine",
    "identifierPrefix",
    "kmsKeyId",
    "ncharCharacterSetName",
    "restoreToPointInTime",
    "s3Import",
    "snapshotIdentifier",
    "storageEncrypted",
    "timezone",
    "username",
  ],
  references: [
    {
      property: "dbSubnetGroupName",
      to: ["aws:rds/subnetGroup:SubnetGroup"],
      missing: {
        code: "DBSubnetGroupNotFoundFault",
        message: (name) => `DB subnet group '${name}' does not exist.`,
        status: 404,
      },
    },
    {
      property: "parameterGroupName",
      to: ["aws:rds/parameterGroup:ParameterGroup"],
      missing: {
        code: "DBParameterGroupNotFound",
        message: (name) => `DBParameterGroup not found: ${name}`,
        status: 404,
      },
      external: (name) => name.startsWith("default."),
    },
    securityGroupReference("vpcSecurityGroupIds[*]"),
    keyOf("kmsKeyId"),
    keyOf("masterUserSecretKmsKeyId"),
    keyOf("performanceInsightsKmsKeyId"),
    roleReference("monitoringRoleArn", {
      code: "InvalidParameterValue",
      message: (arn) =>
        `IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING (${arn})`,
    }),
  ],
  unique: [
    {
      key: (context) => context.inputs.string("identifier"),
      taken: { code: "DBInstanceAlreadyExists", message: (name) => `DB instance already exists: ${name}` },
    },
    {
      key: (context) => (isReal(context.inputs) ? databaseName(context.inputs) : undefined),
      space: "embedded-postgres-database",
      scope: "global",
      taken: {
        code: LOCAL_LIMIT,
        message: (name) =>
          `dbName '${name}' is another instance's: the local cloud keeps all PostgreSQL instances on one server, so their dbName must differ`,
      },
    },
    {
      key: (context) => (isReal(context.inputs) ? context.inputs.string("username") : undefined),
      space: "embedded-postgres-role",
      scope: "global",
      taken: {
        code: LOCAL_LIMIT,
        message: (name) =>
          `username '${name}' is another instance's: the local cloud keeps all PostgreSQL instances on one server, so their username must differ`,
      },
    },
  ],
  quotas: [
    {
      key: "rds.instances",
      limit: 40,
      exceeded: {
        code: "InstanceQuotaExceeded",
        message: () => "The request would result in the user exceeding the allowed number of DB instances.",
      },
    },
  ],
  latency: { create: 300, update: 60, delete: 240 },
  async create(context) {
    const { inputs } = context;
    refuseReserved(context);
    const version = await checkVersion(context);
    if (inputs.has("snapshotIdentifier")) await requireSnapshot(context);
    const resourceId = `db-${context.letters(26)}`;
    const identifier = inputs.stringOr("identifier", "");
    const arn = context.arn("rds", `db:${identifier}`);
    return {
      id: resourceId,
      arn,
      outputs: {
        ...version,
        arn,
        resourceId,
        address: `${identifier}.c${context.accountId.slice(0, ENDPOINT_ACCOUNT_PART)}.${context.region}.rds.amazonaws.com`,
        availabilityZone: zonesOf(context.region)[0] ?? `${context.region}a`,
        endpoint: "",
        hostedZoneId: "Z2R2ITUGPM61AM",
        latestRestorableTime: "",
        listenerEndpoints: [],
        replicas: [],
        status: "available",
        vpcSecurityGroupIds: await defaultGroups(context),
        ...(inputs.flag("manageMasterUserPassword")
          ? insertMasterSecret(context, resourceId)
          : { masterUserSecrets: [] }),
      },
    };
  },
  async update(context) {
    const arn = context.arn("rds", `db:${context.inputs.stringOr("identifier", "")}`);
    return { ...(await checkVersion(context)), arn, ...(await adoptMasterSecret(context)) };
  },
  async delete(context) {
    if (context.state.flag("deletionProtection")) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    await takeFinalSnapshot(context);
  },
  async provision(context) {
    if (!isReal(context.inputs)) {
      const address = context.state.stringOr("address", "");
      return { endpoint: `${address}:${context.state.number("port") ?? 0}` };
    }
    const { host, port } = context.cloud.postgres;
    await ensureDatabase(context.cloud, {
      database: databaseName(context.inputs),
      role: context.inputs.stringOr("username", ""),
      password: await changedPassword(context),
    });
    return { address: host, port, endpoint: `${host}:${port}` };
  },
  async deprovision(context) {
    if (!isReal(context.inputs)) return;
    await dropDatabase(context.cloud, {
      database: databaseName(context.inputs),
      role: context.inputs.stringOr("username", ""),
    });
  },
});

function keyOf(property: string): Reference {
  return keyReference(property, {
    code: "KMSKeyNotAccessibleFault",
    message: (arn) =>
      `The specified KMS key [${arn}] does not exist, is not enabled or you do not have permissions to access it.`,
  });
}

function isReal(inputs: Context["inputs"]): boolean {
  return inputs.string("engine") === "postgres";
}

/** RDS makes no database of an instance's own without `dbName`; the local one is named after the instance then. */
function databaseName(inputs: Context["inputs"]): string {
  return inputs.string("dbName") ?? inputs.stringOr("identifier", "").replaceAll("-", "_");
}

function refuseReserved(context: Context): void {
  if (!isReal(context.inputs)) return;
  for (const [property, value] of Object.entries({
    dbName: databaseName(context.inputs),
    username: context.inputs.stringOr("username", ""),
  })) {
    if (RESERVED_NAMES.has(value) || value.startsWith("pg_")) {
      throw new AwsError(
        LOCAL_LIMIT,
        `${property} '${value}' is reserved on the local cloud's own PostgreSQL server`,
      );
    }
  }
}

/** Sees that engine, version and parameter group fit, and says what they come to. */
async function checkVersion(context: Context): Promise<Record<string, string | number>> {
  const name = context.inputs.stringOr("engine", "postgres");
  const engine = ENGINES[name];
  if (engine === undefined) {
    throw new AwsError(
      LOCAL_LIMIT,
      `engine '${name}' is not simulated; expected ${Object.keys(ENGINES).join(" or ")}`,
    );
  }
  const asked = context.inputs.string("engineVersion");
  const version = resolveVersion(engine, asked);
  if (version === undefined) {
    throw new AwsError("InvalidParameterCombination", `Cannot find version ${asked} for ${name}`);
  }
  const groupName = context.inputs.string("parameterGroupName");
  const group =
    groupName === undefined
      ? undefined
      : await context.find("aws:rds/parameterGroup:ParameterGroup", groupName);
  const family = engine.family(version.line);
  if (group !== undefined && group.state.family !== family) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The Parameter Group ${groupName} with DBParameterGroupFamily ${asText(group.state.family)} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}.`,
    );
  }
  return {
    engineVersion: version.full,
    engineVersionActual: version.full,
    licenseModel: engine.licenseModel,
    optionGroupName: `default:${name}-${version.line.replaceAll(".", "-")}`,
    parameterGroupName: `default.${family}`,
    port: engine.port,
  };
}

async function requireSnapshot(context: Context): Promise<void> {
  const snapshot = context.inputs.stringOr("snapshotIdentifier", "");
  if ((await context.kept("rds-snapshot", snapshot)) === undefined) {
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot not found: ${snapshot}`, 404);
  }
}

async function defaultGroups(context: Context): Promise<string[]> {
  const groupName = context.inputs.stringOr("dbSubnetGroupName", "");
  const group = await context.find("aws:rds/subnetGroup:SubnetGroup", groupName);
  const vpc =
    typeof group?.state.vpcId === "string"
      ? await context.find("aws:ec2/vpc:Vpc", group.state.vpcId)
      : undefined;
  return typeof vpc?.state.defaultSecurityGroupId === "string" ? [vpc.state.defaultSecurityGroupId] : [];
}

/** The password to set: at first, and where an update changed it; none otherwise, so that a rotated one stays. */
async function changedPassword(context: ProvisionContext): Promise<string | undefined> {
  const { inputs, before } = context;
  const given = (from: Context["inputs"]): string | undefined =>
    from.string("password") ?? from.string("passwordWo");
  if (inputs.flag("manageMasterUserPassword")) {
    return before?.flag("manageMasterUserPassword") === true ? undefined : masterPassword(context);
  }
  return before !== undefined && given(before) === given(inputs) ? undefined : given(inputs);
}
