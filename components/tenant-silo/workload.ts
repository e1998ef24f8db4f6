import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { NODE_SELECTOR, type PodRole, ROLE_LABEL, tenantLabels, workloadSelector } from "../rules/labels";
import { EPHEMERAL_STORAGE_MIB, SURGE_PODS, type WorkloadSize, cpuQuantity, memoryQuantity } from "./sizes";

/** One Deployment with what belongs to it. */
export interface WorkloadArgs {
  readonly tenantId: string;
  readonly namespace: string;
  /** Name of the workload, of its Service, and of everything else that belongs to it. */
  readonly workload: string;
  readonly role: PodRole;
  readonly image: string;
  /** Release that the image belongs to, written on the pods. */
  readonly version: string;
  readonly port: number;
  /** Path that answers 200 once the container can serve. */
  readonly healthPath: string;
  readonly serviceAccount: string;
  readonly size: WorkloadSize;
  /** `stopped`: no pods, whatever the autoscaler wants, until it is `running` again. */
  readonly pods: "running" | "stopped";
  readonly command?: string[];
  readonly env?: kubernetes.types.input.core.v1.EnvVar[];
  readonly envFrom?: kubernetes.types.input.core.v1.EnvFromSource[];
  /** ConfigMaps to mount read-only: where each goes. */
  readonly configs?: readonly { readonly configMap: pulumi.Input<string>; readonly path: string }[];
  /** User that the container runs as; any other than root. */
  readonly user: number;
}

/** Average CPU, in percent of what is requested, above which the autoscaler adds pods. */
const TARGET_CPU_PERCENT = 70;

/** Seconds a pod still serves after it was told to stop, for load balancers and kube-proxy to notice. */
const DRAIN_SECONDS = 10;

/** Size of the only directory that a container can write, in MiB; inside its ephemeral storage. */
const SCRATCH_MIB = 128;

/** A Service's endpoints are waited for by its Deployment; the gateway needs only the Service's name to be there. */
const SKIP_AWAIT = { "pulumi.com/skipAwait": "true" };

/**
 * The number of replicas is the autoscaler's field, and an apply that does not force it is refused. An autoscaler leaves
 * a workload alone whose replicas are zero, and takes it up again where nobody says how many there are.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
 */
const STOPPED = { annotations: { "pulumi.com/patchForce": "true" }, replicas: 0 };

/** The Service of a workload, on the very port that its containers listen on. */
export function createService(
  name: string,
  args: Pick<WorkloadArgs, "tenantId" | "namespace" | "workload" | "port">,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Service {
  return new kubernetes.core.v1.Service(
    `${name}-${args.workload}`,
    {
      metadata: {
        name: args.workload,
        namespace: args.namespace,
        labels: { ...tenantLabels(args.tenantId), ...workloadSelector(args.workload) },
        annotations: SKIP_AWAIT,
      },
      spec: {
        type: "ClusterIP",
        selector: workloadSelector(args.workload),
        ports: [{ name: "http", port: args.port, targetPort: args.port, protocol: "TCP" }],
      },
    },
    opts,
  );
}

/** Makes a Deployment, its autoscaler and its disruption budget. */
export function createWorkload(
  name: string,
  args: WorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.apps.v1.Deployment {
  const selector = workloadSelector(args.workload);
  const labels = { ...tenantLabels(args.tenantId), ...selector, [ROLE_LABEL]: args.role };
  const metadata = { name: args.workload, namespace: args.namespace, labels };
  const stopped = args.pods === "stopped";
  const deployment = new kubernetes.apps.v1.Deployment(
    `${name}-${args.workload}`,
    {
      metadata: stopped ? { ...metadata, annotations: STOPPED.annotations } : metadata,
      spec: {
        // No replicas while it runs: they are the autoscaler's.
        ...(stopped ? { replicas: STOPPED.replicas } : {}),
        revisionHistoryLimit: 5,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: SURGE_PODS, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...labels, "app.kubernetes.io/version": args.version } },
          spec: podSpec(args),
        },
      },
    },
    opts,
  );
  new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
    `${name}-${args.workload}`,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: args.workload },
        minReplicas: args.size.minReplicas,
        maxReplicas: args.size.maxReplicas,
        metrics: [
          {
            type: "Resource",
            resource: {
              name: "cpu",
              target: { type: "Utilization", averageUtilization: TARGET_CPU_PERCENT },
            },
          },
        ],
      },
    },
    opts,
  );
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${name}-${args.workload}`,
    { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
    opts,
  );
  return deployment;
}

function podSpec(args: WorkloadArgs): kubernetes.types.input.core.v1.PodSpec {
  const configs = args.configs ?? [];
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: NODE_SELECTOR,
    terminationGracePeriodSeconds: DRAIN_SECONDS + 30,
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
      (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        // Spot capacity can be gone from a whole zone: better a pod in another zone than none.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: workloadSelector(args.workload) },
        matchLabelKeys: ["pod-template-hash"],
      }),
    ),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: args.user,
      runAsGroup: args.user,
      fsGroup: args.user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container(args)],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: memoryQuantity(SCRATCH_MIB) } },
      ...configs.map(({ configMap }, index) => ({ name: `config-${index}`, configMap: { name: configMap } })),
    ],
  };
}

function container(args: WorkloadArgs): kubernetes.types.input.core.v1.Container {
  const probe = { httpGet: { path: args.healthPath, port: "http" } };
  const ephemeral = { "ephemeral-storage": memoryQuantity(EPHEMERAL_STORAGE_MIB) };
  const memory = memoryQuantity(args.size.memoryMiB);
  return {
    name: args.workload,
    image: args.image,
    ...(args.command === undefined ? {} : { command: args.command }),
    ports: [{ name: "http", containerPort: args.port, protocol: "TCP" }],
    ...(args.env === undefined ? {} : { env: args.env }),
    ...(args.envFrom === undefined ? {} : { envFrom: args.envFrom }),
    resources: {
      requests: { cpu: cpuQuantity(args.size.cpuRequestMillis), memory, ...ephemeral },
      limits: { cpu: cpuQuantity(args.size.cpuLimitMillis), memory, ...ephemeral },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 },
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      ...(args.configs ?? []).map(({ path }, index) => ({
        name: `config-${index}`,
        mountPath: path,
        readOnly: true,
      })),
    ],
  };
}
