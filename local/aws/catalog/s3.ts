import { AwsError, defineResource, type Catalog, type ResourceDefinition } from "../framework";
import { keyReference } from "./references";

const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"] as const;
const OBJECTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"] as const;

/** Zone of S3's website endpoints. https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints */
const WEBSITE_ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-2": "Z3BJ6K6RIION7M",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-central-1": "Z21DNDUVLTQW6Q",
};

/** How S3 answers for a bucket that is not there. */
const NO_SUCH_BUCKET = {
  code: "NoSuchBucket",
  message: () => "The specified bucket does not exist",
  status: 404,
};

function bucket(type: string): ResourceDefinition {
  return defineResource({
    type,
    service: "S3",
    operations: {
      create: "CreateBucket",
      read: "HeadBucket",
      update: "PutBucketTagging",
      delete: "DeleteBucket",
    },
    taggable: true,
    autoname: {
      property: "bucket",
      prefixProperty: "bucketPrefix",
      maxLength: 63,
      transform: (name) => name.toLowerCase().replaceAll("_", "-"),
    },
    check(inputs) {
      const name = inputs.string("bucket");
      return name === undefined || (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes(".."))
        ? []
        : [
            {
              property: "bucket",
              reason: `"${name}" is not a valid bucket name; expected 3 to 63 lower case letters, digits, dots and hyphens`,
            },
          ];
    },
    defaults: () => ({ forceDestroy: false, objectLockEnabled: false, bucketNamespace: "global" }),
    computed: [
      "arn",
      "bucketDomainName",
      "bucketRegion",
      "bucketRegionalDomainName",
      "hostedZoneId",
      "policy",
      "requestPayer",
      "grants",
      "versioning",
      "serverSideEncryptionConfiguration",
      "accelerationStatus",
    ],
    replaces: ["bucket", "bucketPrefix", "objectLockEnabled", "bucketNamespace"],
    global: true,
    unique: [
      {
        key: (context) => context.inputs.string("bucket"),
        space: "s3",
        scope: "global",
        taken: {
          code: "BucketAlreadyExists",
          message: (name) =>
            `The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again. (${name})`,
          status: 409,
        },
      },
    ],
    quotas: [
      {
        key: "s3.buckets",
        limit: 10_000,
        exceeded: {
          code: "TooManyBuckets",
          message: () => "You have attempted to create more buckets than allowed",
        },
      },
    ],
    latency: { create: 2, update: 1, delete: 1 },
    create(context) {
      const name = context.inputs.stringOr("bucket", "");
      const arn = context.arn("s3", name, { region: "", accountId: "" });
      return {
        id: name,
        arn,
        outputs: {
          arn,
          bucketDomainName: `${name}.s3.amazonaws.com`,
          bucketRegion: context.region,
          region: context.region,
          bucketRegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
          hostedZoneId: WEBSITE_ZONES[context.region] ?? "Z3AQBSTGFYJSTF",
          policy: "",
          requestPayer: "BucketOwner",
          accelerationStatus: "",
          grants: [{ id: context.hex(64), permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" }],
          versioning: { enabled: false, mfaDelete: false },
          serverSideEncryptionConfiguration: {
            rule: {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "" },
              bucketKeyEnabled: false,
            },
          },
        },
      };
    },
    async delete(context) {
      for (const objectType of OBJECTS) {
        for (const object of await context.list(objectType, { bucket: context.id })) {
          if (!context.inputs.flag("forceDestroy")) {
            throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
          }
          await context.remove(objectType, object.id);
        }
      }
    },
  });
}

/** One of a bucket's settings, which the official provider keeps as a resource with the bucket's name as its id. */
function bucketSetting(
  name: string,
  operation: string,
  required: readonly string[],
  more: Partial<ResourceDefinition> = {},
): ResourceDefinition {
  return defineResource({
    computed: [],
    ...more,
    type: `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`,
    service: "S3",
    operations: {
      create: `Put${operation}`,
      read: `Get${operation}`,
      update: `Put${operation}`,
      delete: `Delete${operation}`,
    },
    global: true,
    required: ["bucket", ...required],
    replaces: ["bucket", "expectedBucketOwner"],
    references: [
      { property: "bucket", to: BUCKETS, missing: NO_SUCH_BUCKET, onDelete: "cascade" },
      ...(more.references ?? []),
    ],
    latency: { create: 1, update: 1, delete: 1 },
    create(context) {
      const id = context.inputs.stringOr("bucket", "");
      return {
        id,
        arn: context.arn("s3", id, { region: "", accountId: "" }),
        outputs: { region: context.region },
      };
    },
  });
}

/** Settings in both of their names: version 7 of the official provider dropped the suffix and kept the old name. */
function bucketSettings(
  name: string,
  operation: string,
  required: readonly string[],
  more: Partial<ResourceDefinition> = {},
): ResourceDefinition[] {
  return [name, `${name}V2`].map((each) => bucketSetting(each, operation, required, more));
}

function bucketObject(type: string): ResourceDefinition {
  return defineResource({
    type,
    service: "S3",
    operations: { create: "PutObject", read: "HeadObject", update: "PutObject", delete: "DeleteObject" },
    taggable: true,
    global: true,
    required: ["bucket"],
    autoname: { property: "key" },
    computed: ["arn", "etag", "versionId", "contentType", "storageClass", "serverSideEncryption", "kmsKeyId"],
    volatile: ["etag", "versionId"],
    replaces: ["bucket", "key"],
    references: [
      { property: "bucket", to: BUCKETS, missing: NO_SUCH_BUCKET, onDelete: "ignore" },
      keyReference("kmsKeyId"),
    ],
    latency: { create: 1, update: 1, delete: 1 },
    create(context) {
      const name = context.inputs.stringOr("bucket", "");
      const objectKey = context.inputs.stringOr("key", "");
      const arn = context.arn("s3", `${name}/${objectKey}`, { region: "", accountId: "" });
      return {
        id: `${name}/${objectKey}`,
        arn,
        outputs: {
          arn,
          region: context.region,
          etag: context.hex(32),
          versionId: "",
          contentType: "application/octet-stream",
          storageClass: "STANDARD",
          serverSideEncryption: "AES256",
          kmsKeyId: "",
        },
      };
    },
    update: (context) => ({ etag: context.hex(32) }),
  });
}

const keyMissing = { code: "KMS.NotFoundException", message: (id: string) => `Key '${id}' does not exist` };

/** Simple Storage Service. */
export const s3: Catalog = {
  resources: [
    ...BUCKETS.map(bucket),
    ...OBJECTS.map(bucketObject),
    ...bucketSettings("BucketVersioning", "BucketVersioning", ["versioningConfiguration"]),
    ...bucketSettings("BucketServerSideEncryptionConfiguration", "BucketEncryption", ["rules"], {
      references: [keyReference("rules[*].applyServerSideEncryptionByDefault.kmsMasterKeyId", keyMissing)],
    }),
    ...bucketSettings("BucketLifecycleConfiguration", "BucketLifecycleConfiguration", [], {
      defaults: () => ({
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
        expectedBucketOwner: "",
      }),
    }),
    ...bucketSettings("BucketLogging", "BucketLogging", ["targetBucket", "targetPrefix"], {
      references: [
        {
          property: "targetBucket",
          to: BUCKETS,
          missing: {
            code: "InvalidTargetBucketForLogging",
            message: () => "The target bucket for logging does not exist",
          },
          onDelete: "ignore",
        },
      ],
    }),
    bucketSetting("BucketPublicAccessBlock", "PublicAccessBlock", [], {
      defaults: () => ({
        blockPublicAcls: false,
        blockPublicPolicy: false,
        ignorePublicAcls: false,
        restrictPublicBuckets: false,
      }),
    }),
    bucketSetting("BucketPolicy", "BucketPolicy", ["policy"], { json: ["policy"] }),
    bucketSetting("BucketOwnershipControls", "BucketOwnershipControls", ["rule"]),
  ],
};
