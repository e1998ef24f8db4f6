import {
  AwsError,
  Properties,
  defineResource,
  type Context,
  type ProvisionContext,
  type Reference,
} from "../../framework";
import { keyReference, roleReference, securityGroupReference } from "../references";
import { zonesOf } from "../zones";
import { dropOtherCopies, ensureCopy } from "./copies";
import { dropDatabase, ensureDatabase } from "./database";
import { LOCAL_LIMIT, checkInstance, checkVersion, refuseReserved } from "./instance-checks";
import { adoptMasterSecret, insertMasterSecret, masterPassword } from "./master-secret";
import { inheritance, sourceOf, templateOf } from "./restore";
import { SNAPSHOT, databaseName, isReal, keptSnapshot, noteRemains } from "./snapshots";

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
    "allocatedStorage",
    "arn",
    "availabilityZone",
    "dbName",
    "endpoint",
    "engine",
    "engineVersion",
    "engineVersionActual",
    "hostedZoneId",
    "kmsKeyId",
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
    "username",
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
      key: async (context) => {
        const made = await madeAs(context);
        return isReal(made) ? databaseName(made) : undefined;
      },
      space: "embedded-postgres-database",
      scope: "global",
      taken: {
        code: LOCAL_LIMIT,
        message: (name) =>
          `dbName '${name}' is another instance's: the local cloud keeps all PostgreSQL instances on one server, so their dbName must differ`,
      },
    },
    {
      key: async (context) => {
        const made = await madeAs(context);
        return isReal(made) ? made.string("username") : undefined;
      },
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
    const source = await sourceOf(context);
    const inherited = source === undefined ? {} : await inheritance(context, source);
    const made = await madeAs(context);
    refuseReserved(made);
    const version = await checkVersion(context, made);
    const resourceId = `db-${context.letters(26)}`;
    const identifier = inputs.stringOr("identifier", "");
    const arn = context.arn("rds", `db:${identifier}`);
    return {
      id: resourceId,
      arn,
      outputs: {
        ...inherited,
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
          ? insertMasterSecret(context, resourceId, made.stringOr("username", ""))
          : { masterUserSecrets: [] }),
      },
    };
  },
  async update(context) {
    const arn = context.arn("rds", `db:${context.inputs.stringOr("identifier", "")}`);
    const version = await checkVersion(context, await madeAs(context));
    return { ...version, arn, ...(await adoptMasterSecret(context)) };
  },
  async delete(context) {
    if (context.state.flag("deletionProtection")) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    await noteRemains(context);
  },
  async provision(context) {
    if (!isReal(context.state)) {
      const address = context.state.stringOr("address", "");
      return { endpoint: `${address}:${context.state.number("port") ?? 0}` };
    }
    const { host, port } = context.cloud.postgres;
    const database = databaseName(context.state);
    await ensureDatabase(context.cloud, {
      database,
      role: context.state.stringOr("username", ""),
      password: await changedPassword(context),
      template: await templateOf(context, database),
    });
    return { address: host, port, endpoint: `${host}:${port}` };
  },
  async deprovision(context) {
    if (!isReal(context.state)) return;
    const remains = (await context.listKept(SNAPSHOT, { resourceId: context.id })).map(keptSnapshot);
    for (const snapshot of remains) await ensureCopy(context.cloud, snapshot);
    await dropOtherCopies(context.cloud, context.id, remains);
    await dropDatabase(context.cloud, {
      database: databaseName(context.state),
      role: context.state.stringOr("username", ""),
    });
  },
});

/** The properties that an instance is made with, and keeps: what it is restored from decides over what is asked for. */
async function madeAs(context: Context): Promise<Properties> {
  const { inputs, state } = context;
  const source = context.id === "" ? await sourceOf(context) : undefined;
  const made = (name: "engine" | "dbName" | "username"): string | undefined =>
    source?.[name] ?? inputs.string(name) ?? state.string(name);
  return new Properties({
    identifier: inputs.string("identifier"),
    engine: made("engine"),
    dbName: made("dbName"),
    username: made("username"),
  });
}

function keyOf(property: string): Reference {
  return keyReference(property, {
    code: "KMSKeyNotAccessibleFault",
    message: (arn) =>
      `The specified KMS key [${arn}] does not exist, is not enabled or you do not have permissions to access it.`,
  });
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
