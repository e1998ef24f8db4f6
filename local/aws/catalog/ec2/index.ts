import type { Catalog } from "../../framework";
import { subnet } from "./subnet";
import { vpc } from "./vpc";

/** EC2 and VPC. */
export const ec2: Catalog = { resources: [vpc, subnet] };
