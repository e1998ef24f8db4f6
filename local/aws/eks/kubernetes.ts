import { version } from "@pulumi/kubernetes/package.json";
import * as pulumi from "@pulumi/pulumi";

/** The provider of a cluster's own Kubernetes objects. The SDK's class would take most of the plugin's start. */
export class KubernetesProvider extends pulumi.ProviderResource {
  constructor(name: string, kubeconfig: pulumi.Output<string>, opts: pulumi.ResourceOptions) {
    super("kubernetes", name, { kubeconfig }, { version, ...opts });
  }
}

/** A ConfigMap. */
export class ConfigMap extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(
      "kubernetes:core/v1:ConfigMap",
      name,
      { apiVersion: "v1", kind: "ConfigMap", ...inputs },
      { version, ...opts },
    );
  }
}
