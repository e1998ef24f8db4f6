import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What flow logs are made of. */
export interface FlowLogsArgs {
  readonly vpcId: pulumi.Input<string>;
  /** The key that they are encrypted under. */
  readonly keyArn: pulumi.Input<string>;
  /** Days that they are kept. */
  readonly retentionInDays: number;
}

/** Logs the fate of every connection in a VPC to CloudWatch. Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
export function createFlowLogs(name: string, args: FlowLogsArgs, opts: pulumi.CustomResourceOptions): void {
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { kmsKeyId: args.keyArn, retentionInDays: args.retentionInDays },
    opts,
  );
  const role = new aws.iam.Role(
    `${name}-flow-logs`,
    {
      assumeRolePolicy: JSON.stringify(
        aws.iam.assumeRolePolicyForPrincipal({ Service: "vpc-flow-logs.amazonaws.com" }),
      ),
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-flow-logs`,
    {
      role: role.id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${logs.arn}:*`,
          },
        ],
      }),
    },
    opts,
  );
  new aws.ec2.FlowLog(
    `${name}-flow-logs`,
    { vpcId: args.vpcId, trafficType: "ALL", logDestination: logs.arn, iamRoleArn: role.arn },
    { ...opts, dependsOn: policy },
  );
}
