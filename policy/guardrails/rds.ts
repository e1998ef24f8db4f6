/** A database of one instance. */
export const INSTANCE = "aws:rds/instance:Instance";

/** An Aurora or Multi-AZ cluster, which holds what its instances share: storage, password, groups, backups. */
export const CLUSTER = "aws:rds/cluster:Cluster";

/** An instance of a cluster. */
export const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
