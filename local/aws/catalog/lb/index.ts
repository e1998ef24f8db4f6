import type { Catalog } from "../../framework";
import { listener, listenerCertificate, listenerRule } from "./listeners";
import { loadBalancer } from "./load-balancer";
import { targetGroup } from "./target-group";

/** Elastic Load Balancing: names, quotas and conflicts; no traffic flows. */
export const lb: Catalog = {
  resources: [listener, listenerCertificate, listenerRule, loadBalancer, targetGroup],
};
