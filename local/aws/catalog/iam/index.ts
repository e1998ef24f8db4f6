import type { Catalog } from "../../framework";
import { policy, rolePolicy, rolePolicyAttachment } from "./policies";
import { instanceProfile, openIdConnectProvider } from "./profiles";
import { role } from "./role";

/** Identity and Access Management: what outlives regions, with IAM's names, sizes and conflicts. */
export const iam: Catalog = {
  resources: [instanceProfile, openIdConnectProvider, policy, role, rolePolicy, rolePolicyAttachment],
};
