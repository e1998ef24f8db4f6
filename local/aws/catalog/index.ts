import type { Catalog } from "../framework";
import { autoscaling } from "./autoscaling";
import { ec2 } from "./ec2";
import { ecr } from "./ecr";
import { eks } from "./eks";
import { iam } from "./iam";
import { kms } from "./kms";
import { lb } from "./lb";
import { logs } from "./logs";
import { rds } from "./rds";
import { resourcegroupstaggingapi } from "./resourcegroupstaggingapi";
import { route53 } from "./route53";
import { s3 } from "./s3";
import { secretsmanager } from "./secretsmanager";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** Every service that the local account simulates: one file or folder a service, one line here. */
export const CATALOGS: readonly Catalog[] = [
  autoscaling,
  ec2,
  ecr,
  eks,
  iam,
  kms,
  lb,
  logs,
  rds,
  resourcegroupstaggingapi,
  route53,
  s3,
  secretsmanager,
  ssm,
  sts,
];
