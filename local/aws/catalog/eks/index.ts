import type { Catalog } from "../../framework";
import { accessEntry, accessPolicyAssociation } from "./access";
import { addon, getAddonVersion } from "./addon";
import { cluster } from "./cluster";
import { nodeGroup } from "./node-group";
import { podIdentityAssociation } from "./pod-identity";

/** Elastic Kubernetes Service: the control plane of AWS, in front of the real local Kubernetes API. */
export const eks: Catalog = {
  resources: [accessEntry, accessPolicyAssociation, addon, cluster, nodeGroup, podIdentityAssociation],
  invokes: [getAddonVersion],
};
