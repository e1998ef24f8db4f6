import { SERVICE_NAMES } from "../rules/services";
import type { TenantSize } from "../rules/tenant-size";

/** CPU in thousandths of a core and memory in MiB. */
export interface Amount {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** How big one kind of pod is, and how many there are. */
export interface WorkloadSize {
  /** CPU that is set aside for each pod, in thousandths of a core. */
  readonly cpuRequestMillis: number;
  /** CPU that each pod can take at most, in thousandths of a core. */
  readonly cpuLimitMillis: number;
  /** Memory of each pod, in MiB; set aside and limited alike, so that no tenant can push another off a node. */
  readonly memoryMiB: number;
  /** Replicas at rest; two at least, so that losing a zone or a spot node is not an outage. */
  readonly minReplicas: number;
  /** Replicas under load. */
  readonly maxReplicas: number;
}

/** What a tenant's size means for its workloads. */
export interface SiloSize {
  /** Each of the services. */
  readonly service: WorkloadSize;
  readonly gateway: WorkloadSize;
}

/** Sizes of a tenant's workloads. The namespace's quota is computed from them, so they always fit. */
export const SILO_SIZES: Readonly<Record<TenantSize, SiloSize>> = {
  small: {
    service: { cpuRequestMillis: 100, cpuLimitMillis: 500, memoryMiB: 192, minReplicas: 2, maxReplicas: 4 },
    gateway: { cpuRequestMillis: 50, cpuLimitMillis: 250, memoryMiB: 64, minReplicas: 2, maxReplicas: 3 },
  },
  medium: {
    service: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 384, minReplicas: 2, maxReplicas: 8 },
    gateway: { cpuRequestMillis: 100, cpuLimitMillis: 500, memoryMiB: 96, minReplicas: 2, maxReplicas: 4 },
  },
  large: {
    service: { cpuRequestMillis: 500, cpuLimitMillis: 2000, memoryMiB: 768, minReplicas: 3, maxReplicas: 16 },
    gateway: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 128, minReplicas: 3, maxReplicas: 6 },
  },
};

/** Pods that a rolling update runs beside the replicas of a workload. */
export const SURGE_PODS = 1;

/** Pods that the tenant's operators can run beside the workloads, at the namespace's default size. */
export const OPERATOR_PODS = 4;

/** What a container gets that says nothing of its own. */
export const DEFAULT_CONTAINER: Amount & { readonly cpuRequestMillis: number } = {
  cpuRequestMillis: 50,
  cpuMillis: 250,
  memoryMiB: 128,
};

/** Ephemeral storage of a container that says nothing of its own, and of each of the silo's, in MiB. */
export const EPHEMERAL_STORAGE_MIB = 256;

/** What a namespace may use: every workload at its largest, while it is being updated, and the operators' pods. */
export interface NamespaceQuota {
  readonly pods: number;
  readonly requests: Amount;
  readonly limits: Amount;
}

/** The quota of a tenant of this size. */
export function quotaOf(size: TenantSize): NamespaceQuota {
  const { service, gateway } = SILO_SIZES[size];
  const serving = SERVICE_NAMES.length * (service.maxReplicas + SURGE_PODS);
  const entering = gateway.maxReplicas + SURGE_PODS;
  const memoryMiB =
    serving * service.memoryMiB + entering * gateway.memoryMiB + OPERATOR_PODS * DEFAULT_CONTAINER.memoryMiB;
  return {
    pods: serving + entering + OPERATOR_PODS,
    requests: {
      cpuMillis:
        serving * service.cpuRequestMillis +
        entering * gateway.cpuRequestMillis +
        OPERATOR_PODS * DEFAULT_CONTAINER.cpuRequestMillis,
      memoryMiB,
    },
    limits: {
      cpuMillis:
        serving * service.cpuLimitMillis +
        entering * gateway.cpuLimitMillis +
        OPERATOR_PODS * DEFAULT_CONTAINER.cpuMillis,
      memoryMiB,
    },
  };
}

/** CPU as Kubernetes itself writes it: whole cores without a unit, else thousandths with `m`. */
export function cpuQuantity(millis: number): string {
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`;
}

/** Memory as Kubernetes itself writes it: in the largest binary unit that divides it. */
export function memoryQuantity(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
