export { CellDirectory } from "./cells";
export { kubernetesOf, requireKubernetes } from "./kubernetes";
