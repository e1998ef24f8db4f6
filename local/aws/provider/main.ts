import { version } from "@pulumi/aws/package.json";
import { serveProvider } from "../../plugin/serve";
import { CATALOGS } from "../catalog";
import { readCloudFile } from "./cloud-file";
import { AwsProvider } from "./provider";
import { Registry } from "./registry";

/** Serves the `aws` plugin of a local cloud, under the version of the SDK that programs use. */
export async function main(options: { cloudFile: string }): Promise<void> {
  await serveProvider(new AwsProvider(version, new Registry(CATALOGS), readCloudFile(options.cloudFile)));
}
