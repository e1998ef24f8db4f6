import type { Policies } from "@pulumi/policy";
import {
  databaseEncrypted,
  databaseIamLogin,
  databaseParametersNamed,
  databasePasswordManaged,
  databaseTlsForced,
} from "./encryption/databases";
import { keysRotate } from "./encryption/keys";
import { bucketsKept, logsEncrypted, nodesHardened, secretsEncrypted } from "./encryption/storage";
import { clusterAccessEntries, clusterEncryptedAndLogged, clusterPrivate } from "./isolation/cluster";
import { tenantIngressFromOwnGroups } from "./isolation/own-groups";
import { networkPoliciesEnforced } from "./isolation/cni";
import { podRoleScoped, tenantRoleBounded } from "./isolation/identity";
import { databasePrivate, noOpenIngress, tenantIngressBySecurityGroup } from "./isolation/network";
import { noAdministrators, tenantNoAwsPolicies, tenantPolicyNarrow } from "./isolation/permissions";
import { databaseProtected, databaseRecoverable } from "./isolation/retention";
import { namespaceFenced, namespaceRestricted } from "./kubernetes/namespaces";
import { imagesByDigest, podsUnprivileged } from "./kubernetes/pods";
import { tenantAdmitsOwnGroup, tenantBindsOwnSubjects, tenantStaysInNamespace } from "./kubernetes/scope";
import { requiredTags } from "./tags/required-tags";
import { tenantTag } from "./tags/tenant-tag";

/** Every policy of the pack, by what it guards: tags, encryption, isolation on AWS, isolation on Kubernetes. */
export const policies: Policies = [
  requiredTags,
  tenantTag,
  databaseEncrypted,
  databasePasswordManaged,
  databaseIamLogin,
  databaseParametersNamed,
  databaseTlsForced,
  keysRotate,
  logsEncrypted,
  secretsEncrypted,
  nodesHardened,
  bucketsKept,
  noOpenIngress,
  tenantIngressBySecurityGroup,
  tenantIngressFromOwnGroups,
  databasePrivate,
  clusterPrivate,
  clusterEncryptedAndLogged,
  clusterAccessEntries,
  networkPoliciesEnforced,
  tenantRoleBounded,
  podRoleScoped,
  tenantPolicyNarrow,
  tenantNoAwsPolicies,
  noAdministrators,
  databaseRecoverable,
  databaseProtected,
  namespaceRestricted,
  namespaceFenced,
  tenantStaysInNamespace,
  tenantBindsOwnSubjects,
  tenantAdmitsOwnGroup,
  podsUnprivileged,
  imagesByDigest,
];
