/** Kubernetes versions that EKS creates clusters of, oldest first; the last but one is its default. */
export const KUBERNETES_VERSIONS: readonly string[] = [
  "1.30",
  "1.31",
  "1.32",
  "1.33",
  "1.34",
  "1.35",
  "1.36",
];

/** The version that EKS gives a cluster when none is asked for. */
export const DEFAULT_VERSION = "1.35";

/** Add-ons and the newest version of each, `{kubernetes}` standing for the cluster's own. */
const ADDONS: Readonly<Record<string, string>> = {
  adot: "v0.131.0-eksbuild.1",
  "amazon-cloudwatch-observability": "v4.6.0-eksbuild.1",
  "aws-ebs-csi-driver": "v1.53.0-eksbuild.1",
  "aws-efs-csi-driver": "v2.1.15-eksbuild.1",
  "aws-fsx-csi-driver": "v1.7.0-eksbuild.1",
  "aws-guardduty-agent": "v1.12.1-eksbuild.2",
  "aws-mountpoint-s3-csi-driver": "v2.2.0-eksbuild.1",
  "aws-network-flow-monitoring-agent": "v1.1.2-eksbuild.1",
  "aws-privateca-connector-for-kubernetes": "v1.6.0-eksbuild.1",
  "aws-secrets-store-csi-driver-provider": "v2.1.1-eksbuild.1",
  "cert-manager": "v1.19.1-eksbuild.1",
  coredns: "v1.12.4-eksbuild.1",
  "eks-node-monitoring-agent": "v1.4.2-eksbuild.1",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
  "external-dns": "v0.20.0-eksbuild.1",
  "fluent-bit": "v4.1.1-eksbuild.1",
  "kube-proxy": "v{kubernetes}.1-eksbuild.2",
  "kube-state-metrics": "v2.17.0-eksbuild.1",
  "metrics-server": "v0.8.0-eksbuild.3",
  "prometheus-node-exporter": "v1.10.2-eksbuild.1",
  "snapshot-controller": "v8.3.0-eksbuild.1",
  "vpc-cni": "v1.20.4-eksbuild.1",
};

/** The newest version of an add-on for a Kubernetes version; `undefined` if EKS has no such add-on. */
export function newestAddonVersion(addon: string, kubernetesVersion: string): string | undefined {
  return ADDONS[addon]?.replace("{kubernetes}", kubernetesVersion);
}

/** The minor version as a number: 35 of `1.35`. */
export function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}
