import type { Catalog } from "../framework";
import { ec2 } from "./ec2";
import { eks } from "./eks";
import { iam } from "./iam";
import { kms } from "./kms";
import { logs } from "./logs";
import { rds } from "./rds";
import { route53 } from "./route53";
import { s3 } from "./s3";
import { secretsmanager } from "./secretsmanager";
import { sts } from "./sts";

/** Every service that the local account simulates: one file or folder a service, one line here. */
export const CATALOGS: readonly Catalog[] = [ec2, eks, iam, kms, logs, rds, route53, s3, secretsmanager, sts];
