import { defineResource } from "../../framework";
import { alreadyExists, checkName, checkPath, limitExceeded, roleNameReference } from "./shared";

/** What gives an EC2 instance its role. */
export const instanceProfile = defineResource({
  type: "aws:iam/instanceProfile:InstanceProfile",
  service: "IAM",
  operations: {
    create: "CreateInstanceProfile",
    read: "GetInstanceProfile",
    update: "AddRoleToInstanceProfile",
    delete: "DeleteInstanceProfile",
  },
  global: true,
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 128 },
  check: (inputs) => [...checkName(inputs, 128), ...checkPath(inputs)],
  defaults: () => ({ path: "/", namePrefix: "" }),
  computed: ["arn", "createDate", "uniqueId"],
  replaces: ["name", "namePrefix", "path"],
  references: [roleNameReference("role", "ignore")],
  unique: [
    {
      key: (context) => context.inputs.string("name")?.toLowerCase(),
      taken: alreadyExists("Instance Profile"),
    },
  ],
  quotas: [
    { key: "iam.instanceProfiles", limit: 1_000, exceeded: limitExceeded("InstanceProfilesPerAccount") },
  ],
  latency: { create: 8, update: 1, delete: 1 },
  create(context) {
    const name = context.inputs.stringOr("name", "");
    const path = context.inputs.stringOr("path", "/");
    const arn = context.arn("iam", `instance-profile${path}${name}`, { region: "" });
    return {
      id: name,
      arn,
      outputs: {
        arn,
        createDate: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        uniqueId: `AIPA${context.letters(17)}`,
      },
    };
  },
});

/** An identity provider that IAM trusts, such as an EKS cluster's. Its `url` reads back without `https://`. */
export const openIdConnectProvider = defineResource({
  type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  service: "IAM",
  operations: {
    create: "CreateOpenIDConnectProvider",
    read: "GetOpenIDConnectProvider",
    update: "UpdateOpenIDConnectProviderThumbprint",
    delete: "DeleteOpenIDConnectProvider",
  },
  global: true,
  taggable: true,
  required: ["clientIdLists", "url"],
  check(inputs) {
    const url = inputs.string("url");
    const wrong = inputs
      .strings("thumbprintLists")
      .find((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint));
    return [
      ...(url === undefined || url.startsWith("https://")
        ? []
        : [{ property: "url", reason: `"${url}" must begin with https://` }]),
      ...(wrong === undefined
        ? []
        : [{ property: "thumbprintLists", reason: `"${wrong}" must be 40 hexadecimal digits` }]),
    ];
  },
  computed: ["arn", "thumbprintLists"],
  replaces: ["url"],
  unique: [
    {
      key: (context) => withoutScheme(context.inputs.string("url")),
      taken: {
        code: "EntityAlreadyExists",
        message: (url) => `Provider with url https://${url} already exists.`,
        status: 409,
      },
    },
  ],
  quotas: [
    {
      key: "iam.openIdConnectProviders",
      limit: 100,
      exceeded: limitExceeded("OpenIdConnectProvidersPerAccount"),
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const url = withoutScheme(context.inputs.string("url")) ?? "";
    const arn = context.arn("iam", `oidc-provider/${url}`, { region: "" });
    return { id: arn, arn, outputs: { arn, thumbprintLists: [context.hex(40)] } };
  },
  provision: ({ inputs }) => Promise.resolve({ url: withoutScheme(inputs.string("url")) }),
});

function withoutScheme(url: string | undefined): string | undefined {
  return url?.replace(/^https:\/\//, "").replace(/\/$/, "");
}
