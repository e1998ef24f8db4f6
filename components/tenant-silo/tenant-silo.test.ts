import { expect } from "chai";
import { TEST_CELL } from "../testing/cell";
import { type Recording, record } from "../testing/record";
import { IMAGE, SILO_ARGS, at, recordSilo } from "../testing/silo";
import { TenantSilo, type TenantSiloArgs } from "./tenant-silo";

async function refusal(changes: Partial<TenantSiloArgs>): Promise<string> {
  try {
    await recordSilo(changes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("TenantSilo", () => {
  let acme: Recording;
  before(async () => {
    acme = await recordSilo();
  });

  it("makes exactly the resources of a tenant", () => {
    expect(acme.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "pulumi:providers:kubernetes": 1,
      "tenantry:index:TenantSilo": 1,
      "kubernetes:core/v1:Namespace": 1,
      "kubernetes:core/v1:ResourceQuota": 2,
      "kubernetes:core/v1:LimitRange": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 4,
      "kubernetes:core/v1:ServiceAccount": 2,
      "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
      "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy": 1,
      "kubernetes:core/v1:ConfigMap": 1,
      "kubernetes:apps/v1:Deployment": 4,
      "kubernetes:core/v1:Service": 4,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": 4,
      "kubernetes:policy/v1:PodDisruptionBudget": 4,
      "aws:kms/key:Key": 1,
      "aws:kms/alias:Alias": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
      "aws:ec2/securityGroup:SecurityGroup": 1,
    });
  });

  it("works through the tenant's providers only", () => {
    const custom = acme.resources.filter(
      ({ type }) => type.startsWith("aws:") || type.startsWith("kubernetes:"),
    );
    for (const { type, name, provider } of custom) {
      const expected = type.startsWith("aws:")
        ? "pulumi:providers:aws::aws::"
        : "pulumi:providers:kubernetes::kubernetes::";
      expect(provider, `${type} ${name}`).to.contain(expected);
    }
  });

  it("tags what it makes as the tenant's, in the cell's account", () => {
    expect(acme.one("pulumi:providers:aws", "aws").inputs).to.deep.include({
      region: "eu-central-1",
      allowedAccountIds: '["123456789012"]',
      defaultTags: JSON.stringify({
        tags: {
          "tenant-id": "acme",
          env: "prod",
          cell: "eu-1",
          "cost-center": "cc-1001",
          "managed-by": "tenantry",
        },
      }),
    });
  });

  it("keeps every namespaced object in the tenant's namespace", () => {
    const outside = acme.resources
      .filter(({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:core/v1:Namespace")
      .filter(({ inputs }) => at(inputs, "metadata", "namespace") !== "acme");
    expect(outside).to.deep.equal([]);
  });

  it("holds pods to the restricted standard", () => {
    expect(acme.one("kubernetes:core/v1:Namespace", "acme-namespace").inputs["metadata"]).to.deep.equal({
      name: "acme",
      labels: {
        "app.kubernetes.io/managed-by": "tenantry",
        "tenantry.io/tenant": "acme",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "latest",
      },
      annotations: { "tenantry.io/tenant-name": "Acme Corporation" },
    });
  });

  it("bounds what a small tenant uses", () => {
    expect(acme.one("kubernetes:core/v1:ResourceQuota", "acme-quota").inputs["spec"]).to.deep.equal({
      hard: {
        pods: "23",
        "requests.cpu": "1900m",
        "requests.memory": "3648Mi",
        "limits.cpu": "9500m",
        "limits.memory": "3648Mi",
        "limits.ephemeral-storage": "5888Mi",
        persistentvolumeclaims: "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        "count/configmaps": "50",
        "count/secrets": "50",
        "count/services": "20",
        "count/jobs.batch": "20",
      },
    });
  });

  it("leaves no pod the priority of the cluster's own", () => {
    expect(
      acme.one("kubernetes:core/v1:ResourceQuota", "acme-no-system-priority").inputs["spec"],
    ).to.deep.equal({
      hard: { pods: "0" },
      scopeSelector: {
        matchExpressions: [
          {
            scopeName: "PriorityClass",
            operator: "In",
            values: ["system-cluster-critical", "system-node-critical"],
          },
        ],
      },
    });
  });

  it("gives its role to its own services only", () => {
    const role = acme.one("aws:iam/role:Role", "acme-role").inputs;
    expect(role["name"]).to.equal("tenantry-eu-1-t-acme");
    expect(role["permissionsBoundary"]).to.equal(TEST_CELL.permissionsBoundaryArn);
    expect(JSON.parse(String(role["assumeRolePolicy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PodIdentityOfOwnNamespace",
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:SourceAccount": "123456789012",
              "aws:RequestTag/eks-cluster-arn": TEST_CELL.cluster.arn,
              "aws:RequestTag/kubernetes-namespace": "acme",
              "aws:RequestTag/kubernetes-service-account": "services",
            },
            ArnEquals: { "aws:SourceArn": TEST_CELL.cluster.arn },
          },
        },
      ],
    });
    expect(
      acme.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", "acme-services").inputs,
    ).to.deep.include({
      clusterName: "eu-1",
      namespace: "acme",
      serviceAccount: "services",
    });
  });

  it("lets its role read its own secrets with its own key only", () => {
    const policy = acme.one("aws:iam/rolePolicy:RolePolicy", "acme-own-secrets").inputs["policy"];
    expect(JSON.parse(String(policy))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadOwnSecrets",
          Effect: "Allow",
          Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          Resource: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:tenantry/eu-1/acme/*",
          Condition: { StringEquals: { "aws:ResourceTag/tenant-id": "acme" } },
        },
        {
          Sid: "DecryptOwnSecrets",
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: "arn:key",
          Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        },
      ],
    });
  });

  it("makes a key that rotates, and that nobody uses but through the services that keep its data", () => {
    const key = acme.one("aws:kms/key:Key", "acme-key").inputs;
    expect(key["enableKeyRotation"]).to.equal(true);
    expect(key["deletionWindowInDays"]).to.equal(30);
    const policy: unknown = JSON.parse(String(key["policy"]));
    const statements = at(policy, "Statement");
    if (!Array.isArray(statements)) throw new Error("expected statements");
    const unconditional = statements.filter((statement) => at(statement, "Condition") === undefined);
    expect(unconditional.map((statement) => at(statement, "Sid"))).to.deep.equal(["Administration"]);
    const actions = at(unconditional[0], "Action");
    expect(actions).not.to.include("kms:*");
    expect(actions).not.to.include("kms:Decrypt");
    expect(actions).not.to.include("kms:CreateGrant");
  });

  it("gives the services a security group of their own beside the nodes'", () => {
    const policy = acme.one("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "acme-pods");
    expect(policy.inputs["spec"]).to.deep.equal({
      podSelector: { matchLabels: { "tenantry.io/role": "service" } },
      securityGroups: { groupIds: ["sg-nodes", "acme-pods-id"] },
    });
    const group = acme.one("aws:ec2/securityGroup:SecurityGroup", "acme-pods").inputs;
    expect(group["ingress"]).to.equal(undefined);
    expect(group["egress"]).to.equal(undefined);
  });

  it("binds the operators' group to the operators' role", () => {
    const binding = acme.one("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "acme-operators").inputs;
    expect(binding["roleRef"]).to.deep.equal({
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "operators",
    });
    expect(binding["subjects"]).to.deep.equal([
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "tenantry:acme:operators" },
    ]);
  });

  it("gives an AWS principal the operators' group and no access policy", async () => {
    const principalArn = "arn:aws:iam::123456789012:role/acme-support";
    const recording = await recordSilo({ operators: { principalArns: [principalArn] } });
    const [entry, ...more] = recording.all("aws:eks/accessEntry:AccessEntry");
    expect(more).to.deep.equal([]);
    expect(entry?.inputs).to.deep.include({
      clusterName: "eu-1",
      principalArn,
      type: "STANDARD",
      kubernetesGroups: ["tenantry:acme:operators"],
    });
  });

  it("refuses an image by tag", async () => {
    expect(await refusal({ gateway: { image: "nginx:1.30" } })).to.equal(
      "TenantSilo 'acme': gateway.image is 'nginx:1.30': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>",
    );
  });

  it("refuses a reserved id", async () => {
    expect(await refusal({ tenant: { ...SILO_ARGS.tenant, id: "kube-system" } })).to.equal(
      "TenantSilo 'acme': tenant.id 'kube-system' begins with the reserved 'kube-': expected another name",
    );
  });

  it("refuses the same operator twice", async () => {
    const principalArn = "arn:aws:iam::123456789012:role/acme-support";
    expect(await refusal({ operators: { principalArns: [principalArn, principalArn] } })).to.equal(
      `TenantSilo 'acme': operators.principalArns.1 is '${principalArn}', as is operators.principalArns.0: expected each principal once`,
    );
  });

  it("names an access entry after its principal, wherever in the list it stands", async () => {
    const support = "arn:aws:iam::123456789012:role/acme-support";
    const other = "arn:aws:iam::123456789012:role/acme-other";
    const nameOf = (recording: Recording) =>
      recording
        .all("aws:eks/accessEntry:AccessEntry")
        .find(({ inputs }) => inputs["principalArn"] === support)?.name;
    const first = nameOf(await recordSilo({ operators: { principalArns: [support, other] } }));
    expect(first).to.match(/^acme-operator-[0-9a-f]{8}$/);
    expect(nameOf(await recordSilo({ operators: { principalArns: [other, support] } }))).to.equal(first);
  });

  it("refuses a body size that is no whole number", async () => {
    expect(await refusal({ gateway: { image: IMAGE, maxBodyMiB: 0.5 } })).to.equal(
      "TenantSilo 'acme': gateway.maxBodyMiB is 0.5: expected a whole number of at least 1",
    );
  });

  it("refuses a cell without public subnets, whose gateway rule would admit everybody", async () => {
    const cell = { ...TEST_CELL, network: { ...TEST_CELL.network, publicSubnetCidrs: [] } };
    expect(await refusal({ cell })).to.equal(
      "TenantSilo 'acme': cell.network.publicSubnetCidrs is empty: expected at least one range",
    );
  });

  it("refuses to work through ambient providers", async () => {
    let message = "accepted";
    await record(() => {
      try {
        new TenantSilo("acme", SILO_ARGS);
      } catch (error) {
        message = error instanceof Error ? error.message : String(error);
      }
    });
    expect(message).to.equal(
      "TenantSilo 'acme': opts.providers.aws is missing: expected the tenant's provider (see tenantProviders)",
    );
  });
});
