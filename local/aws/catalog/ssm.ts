import { createHash } from "node:crypto";
import { AwsError, defineInvoke, type Catalog } from "../framework";

/** Parameters that AWS keeps: the newest image of EKS nodes, by Kubernetes version. */
const EKS_IMAGE =
  /^\/aws\/service\/(eks\/optimized-ami\/1\.\d+\/amazon-linux-2023\/(x86_64|arm64)\/\w+\/recommended\/image_id|bottlerocket\/aws-k8s-1\.\d+\/(x86_64|arm64)\/latest\/image_id)$/;

const getParameter = defineInvoke({
  token: "aws:ssm/getParameter:getParameter",
  service: "SSM",
  operation: "GetParameter",
  invoke(context) {
    const name = context.inputs.stringOr("name", "");
    if (!EKS_IMAGE.test(name)) {
      throw new AwsError(
        "ParameterNotFound",
        `Parameter ${name} not found: the local account keeps only EKS image ids`,
      );
    }
    const value = imageId(name);
    return {
      id: name,
      name,
      arn: context.arn("ssm", `parameter${name}`, { accountId: "" }),
      type: "String",
      value,
      insecureValue: value,
      version: 1,
      withDecryption: true,
    };
  },
  secrets: ["value"],
});

const getAmi = defineInvoke({
  token: "aws:ec2/getAmi:getAmi",
  service: "EC2",
  operation: "DescribeImages",
  invoke(context) {
    const filter = context.inputs
      .maps("filters")
      .find((item) => item.string("name") === "image-id")
      ?.strings("values")[0];
    const id = filter ?? imageId(JSON.stringify(context.inputs.values));
    return {
      id,
      imageId: id,
      arn: context.arn("ec2", `image/${id}`, { accountId: "" }),
      architecture: "x86_64",
      name: `amazon-eks-node-al2023-${id}`,
      ownerId: "602401143452",
      rootDeviceName: "/dev/xvda",
      rootDeviceType: "ebs",
      state: "available",
      virtualizationType: "hvm",
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { delete_on_termination: "true", encrypted: "false", volume_size: "20", volume_type: "gp3" },
          noDevice: "",
          virtualName: "",
        },
      ],
      tags: {},
    };
  },
});

/** Systems Manager's public parameters, and the machine images they name. */
export const ssm: Catalog = { resources: [], invokes: [getAmi, getParameter] };

function imageId(seed: string): string {
  return `ami-0${createHash("sha256").update(seed).digest("hex").slice(0, 16)}`;
}
