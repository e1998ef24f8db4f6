import { defineInvoke, type Catalog } from "../framework";
import { getPolicyDocument } from "./policy-document";

const getCallerIdentity = defineInvoke({
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  service: "STS",
  operation: "GetCallerIdentity",
  invoke: (context) => ({
    id: context.accountId,
    accountId: context.accountId,
    arn: context.arn("iam", "user/local", { region: "" }),
    userId: "AIDALOCALLOCALLOCAL00",
  }),
});

const getRegion = defineInvoke({
  token: "aws:index/getRegion:getRegion",
  service: "EC2",
  operation: "DescribeRegions",
  invoke: (context) => ({
    id: context.region,
    name: context.region,
    region: context.region,
    endpoint: `ec2.${context.region}.${dnsSuffix(context.partition)}`,
    description: context.region,
  }),
});

const getPartition = defineInvoke({
  token: "aws:index/getPartition:getPartition",
  service: "STS",
  operation: "GetCallerIdentity",
  invoke: (context) => ({
    id: context.partition,
    partition: context.partition,
    dnsSuffix: dnsSuffix(context.partition),
    reverseDnsPrefix: dnsSuffix(context.partition).split(".").reverse().join("."),
  }),
});

/** Security Token Service, and what an account says of itself. */
export const sts: Catalog = {
  resources: [],
  invokes: [getCallerIdentity, getRegion, getPartition, getPolicyDocument],
};

function dnsSuffix(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
