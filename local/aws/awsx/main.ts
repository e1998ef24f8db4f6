import { dependencies } from "../../../package.json";
import { serveComponents } from "../components/serve";
import { repositoryComponent } from "./repository";
import { vpcComponent } from "./vpc";

/** Runs the `awsx` plugin. Its components are made of the resources of whatever `aws` plugin runs beside it. */
export function main(): Promise<void> {
  return serveComponents(dependencies["@pulumi/awsx"], {
    "awsx:ec2:Vpc": vpcComponent,
    "awsx:ecr:Repository": repositoryComponent,
  });
}
