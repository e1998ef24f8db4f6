import { version } from "@pulumi/awsx/package.json";
import { serveComponents } from "../remote/serve";
import { constructRepository } from "./ecr/repository";
import { constructLoadBalancer } from "./lb/application-load-balancer";
import { constructVpc } from "./vpc";

/** Serves the `awsx` plugin of a local cloud, under the version of the SDK that programs use. */
export async function main(_options: { cloudFile: string }): Promise<void> {
  await serveComponents({
    version,
    components: {
      "awsx:ec2:Vpc": constructVpc,
      "awsx:ecr:Repository": constructRepository,
      "awsx:lb:ApplicationLoadBalancer": constructLoadBalancer,
    },
  });
}
