import { expect } from "chai";
import { CELL_STACK, judge } from "../../testing/judge";
import { type Mutation, testPolicy } from "../../testing/table";
import { noAdministrators, tenantNoAwsPolicies, tenantPolicyNarrow } from "./permissions";

const SECRETS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret";
const document = {
  Statement: [
    { Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-central-1:123456789012:key/1" },
    {
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: `${SECRETS}:tenantry/eu-1/acme/*`,
    },
    { Effect: "Deny", Action: "*", Resource: "*" },
  ],
};

/** The ways to widen a document, wherever it stands. */
const widenings = (document: string, where: string): Mutation[] => [
  ...["kms:*", "*", "secretsmanager:*Value", "kms:Decryp?"].map((action): Mutation => [
    `${document}.Statement.0.Action`,
    action,
    `${where}: allows '${action}'; expected actions by name`,
  ]),
  ...[
    "*",
    "arn:aws:secretsmanager:*:*:secret:*",
    "arn:aws:secretsmanager:eu-central-1:*:secret:tenantry/eu-1/acme/*",
    `${SECRETS}:*`,
    `${SECRETS}:tenantry/eu-1/*`,
    `${SECRETS}:tenantry/eu-1/acme*`,
    `${SECRETS}:tenantry/eu-1/globex/*`,
    `${SECRETS}:tenantry/*/acme/password`,
  ].map((resource): Mutation => [
    `${document}.Statement.1.Resource`,
    resource,
    `${where}: allows secretsmanager:GetSecretValue on '${resource}'; expected an ARN without wildcards, or with 'acme' before them`,
  ]),
  ...["NotAction", "NotResource"].map((key): Mutation => [
    `${document}.Statement.0.${key}`,
    "iam:PassRole",
    `${where}: allows by NotAction or NotResource; expected a list of what is allowed`,
  ]),
];

testPolicy({
  policy: tenantPolicyNarrow,
  compliant: { type: "aws:iam/rolePolicy:RolePolicy", props: { policy: document } },
  mutations: widenings("policy", "policy"),
});

testPolicy({
  policy: tenantPolicyNarrow,
  compliant: { type: "aws:iam/role:Role", props: { inlinePolicies: [{ policy: document }] } },
  mutations: widenings("inlinePolicies.0.policy", "inlinePolicies[0]"),
});

describe("tenant-policy-narrow", () => {
  it("reads a document given as JSON text", async () => {
    const wide = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } });
    for (const type of [
      "aws:iam/policy:Policy",
      "aws:iam/userPolicy:UserPolicy",
      "aws:iam/groupPolicy:GroupPolicy",
    ]) {
      expect(await judge(tenantPolicyNarrow, { type, props: { policy: wide } }), type).to.have.length(1);
    }
  });

  it("leaves a cell's policies alone", async () => {
    const props = { policy: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } } };
    expect(
      await judge(tenantPolicyNarrow, { type: "aws:iam/policy:Policy", props }, CELL_STACK),
    ).to.deep.equal([]);
  });
});

const SECRETS_READ_WRITE = "arn:aws:iam::aws:policy/SecretsManagerReadWrite";
const OWN_POLICY = "arn:aws:iam::123456789012:policy/tenantry-eu-1-acme";
const awsManaged = (arn: string) => `policyArn: '${arn}'; expected a policy of the tenant's own stack`;

testPolicy({
  policy: tenantNoAwsPolicies,
  compliant: {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: { policyArn: OWN_POLICY },
  },
  mutations: [["policyArn", SECRETS_READ_WRITE, awsManaged(SECRETS_READ_WRITE)]],
});

testPolicy({
  policy: tenantNoAwsPolicies,
  compliant: { type: "aws:iam/role:Role", props: { managedPolicyArns: [OWN_POLICY] } },
  mutations: [
    ["managedPolicyArns", [OWN_POLICY, SECRETS_READ_WRITE], awsManaged(SECRETS_READ_WRITE)],
    [
      "managedPolicyArns",
      ["arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"],
      awsManaged("arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"),
    ],
  ],
});

testPolicy({
  policy: tenantNoAwsPolicies,
  compliant: {
    type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    props: { policyArns: [OWN_POLICY] },
  },
  mutations: [["policyArns", [SECRETS_READ_WRITE], awsManaged(SECRETS_READ_WRITE)]],
});

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const administrative = `policyArn: '${ADMINISTRATOR}'; expected a policy that names what the role needs`;

testPolicy({
  policy: noAdministrators,
  stack: CELL_STACK,
  compliant: {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
  },
  mutations: [["policyArn", ADMINISTRATOR, administrative]],
});

testPolicy({
  policy: noAdministrators,
  stack: CELL_STACK,
  compliant: { type: "aws:iam/role:Role", props: { managedPolicyArns: [] } },
  mutations: [["managedPolicyArns", [ADMINISTRATOR], administrative]],
});
