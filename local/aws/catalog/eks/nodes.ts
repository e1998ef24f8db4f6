import { createHash } from "node:crypto";
import { instanceType } from "./instance-types";

/** A subnet that nodes may be in. */
export interface NodePlace {
  subnetId: string;
  zone: string;
}

/** What a node group's nodes are made of. */
export interface NodeGroupShape {
  arn: string;
  name: string;
  region: string;
  instanceTypes: readonly string[];
  capacityType: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value: string; effect: string }[];
  places: readonly NodePlace[];
  desiredSize: number;
}

/** The parts of a Kubernetes Node that are set. */
export interface NodeObject {
  apiVersion: "v1";
  kind: "Node";
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: { providerID: string; taints: { key: string; value?: string; effect: string }[] };
  status: { capacity: Resources; allocatable: Resources };
}

interface Resources {
  cpu: string;
  memory: string;
  pods: string;
  "ephemeral-storage": string;
}

/** The label that finds a group's nodes. */
export const NODE_GROUP_LABEL = "eks.amazonaws.com/nodegroup";

/** The annotation that tells the groups of equal names in several clusters apart. */
export const NODE_GROUP_ANNOTATION = "eks.amazonaws.com/nodegroup-arn";

/** Pods that a node takes. */
const PODS = "110";

const EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

/** The nodes of a group: the same ones for the same group, one subnet after the other. */
export function nodesOf(shape: NodeGroupShape): NodeObject[] {
  return Array.from({ length: shape.desiredSize }, (_, index) => node(shape, index));
}

function node(shape: NodeGroupShape, index: number): NodeObject {
  const place = shape.places[index % shape.places.length];
  const type = shape.instanceTypes[index % shape.instanceTypes.length] ?? "t3.medium";
  const size = instanceType(type) ?? { architecture: "amd64", vcpus: 2, memoryGib: 4 };
  const instance = `i-0${createHash("sha256").update(`${shape.arn}/${index}`).digest("hex").slice(0, 16)}`;
  const zone = place?.zone ?? `${shape.region}a`;
  const name = `${instance}.${shape.region === "us-east-1" ? "ec2" : `${shape.region}.compute`}.internal`;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        ...shape.labels,
        [NODE_GROUP_LABEL]: shape.name,
        "eks.amazonaws.com/capacityType": shape.capacityType,
        "kubernetes.io/arch": size.architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": type,
        "topology.kubernetes.io/region": shape.region,
        "topology.kubernetes.io/zone": zone,
      },
      annotations: { "kwok.x-k8s.io/node": "fake", [NODE_GROUP_ANNOTATION]: shape.arn },
    },
    spec: {
      providerID: `aws:///${zone}/${instance}`,
      taints: shape.taints.map(({ key, value, effect }) => ({
        key,
        ...(value === "" ? {} : { value }),
        effect: EFFECTS[effect] ?? effect,
      })),
    },
    status: {
      capacity: resources(size.vcpus * 1_000, size.memoryGib * 1_024),
      allocatable: resources(
        size.vcpus * 1_000 - reservedCpu(size.vcpus),
        size.memoryGib * 1_024 - RESERVED_MIB,
      ),
    },
  };
}

/** MiB that the kubelet keeps for itself and for eviction on a node of 110 pods: 255 + 11 a pod, and 100. */
const RESERVED_MIB = 255 + 11 * 110 + 100;

/** Millicores that EKS keeps for the kubelet: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. */
function reservedCpu(vcpus: number): number {
  const shares = Array.from({ length: vcpus }, (_, core) =>
    core === 0 ? 60 : core === 1 ? 10 : core < 4 ? 5 : 2.5,
  );
  return Math.round(shares.reduce((sum, share) => sum + share, 0));
}

function resources(millicores: number, mebibytes: number): Resources {
  return {
    cpu: `${millicores}m`,
    memory: `${Math.max(Math.round(mebibytes), 256)}Mi`,
    pods: PODS,
    "ephemeral-storage": "20Gi",
  };
}
