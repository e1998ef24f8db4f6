import type { Catalog } from "../../framework";
import { flowLog } from "./flow-log";
import { eip, internetGateway, natGateway, vpcEndpoint } from "./gateways";
import { INVOKES } from "./invokes";
import { launchTemplate } from "./launch-template";
import { route, routeTable, routeTableAssociation } from "./routes";
import {
  defaultSecurityGroup,
  egressRule,
  ingressRule,
  securityGroup,
  securityGroupRule,
} from "./security-groups";
import { subnet } from "./subnet";
import { vpc } from "./vpc";

/** EC2 and VPC. */
export const ec2: Catalog = {
  resources: [
    vpc,
    subnet,
    internetGateway,
    eip,
    natGateway,
    vpcEndpoint,
    routeTable,
    routeTableAssociation,
    route,
    securityGroup,
    defaultSecurityGroup,
    securityGroupRule,
    ingressRule,
    egressRule,
    flowLog,
    launchTemplate,
  ],
  invokes: INVOKES,
};
