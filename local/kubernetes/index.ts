export { type IssueOptions, issueKubeconfig } from "./credentials";
export { KubernetesStartError, type StartKubernetesOptions, startKubernetes, stopKubernetes } from "./daemon";
export { type KubernetesAccess, type RunningKubernetes, runningKubernetes, supervisorOf } from "./running";
