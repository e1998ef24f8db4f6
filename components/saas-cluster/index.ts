export { type ClusterAccessArgs, SaasCluster, type SaasClusterArgs } from "./saas-cluster";
export type { NodeGroupArgs } from "./node-group";
