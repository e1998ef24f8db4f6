import { version } from "@pulumi/awsx/package.json";
import { serveComponents } from "../components/serve";
import { repositoryComponent } from "./ecr/repository";
import { loadBalancerComponent } from "./lb/application-load-balancer";
import { vpcComponent } from "./vpc";

/** Runs the `awsx` plugin of a local cloud, under the version of the SDK that programs use. */
export function main(_options: { cloudFile: string }): Promise<void> {
  return serveComponents(version, {
    "awsx:ec2:Vpc": vpcComponent,
    "awsx:ecr:Repository": repositoryComponent,
    "awsx:lb:ApplicationLoadBalancer": loadBalancerComponent,
  });
}
