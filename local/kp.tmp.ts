import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
const kubeconfig = fs.readFileSync(process.env.KUBECONFIG!, "utf8");
const program = async () => {
  const provider = new k8s.Provider("k", { kubeconfig: pulumi.secret(kubeconfig) });
  const o = { provider };
  const node = new k8s.core.v1.Node(
    "n",
    { metadata: { name: "kpn", annotations: { "kwok.x-k8s.io/node": "fake" } } },
    o,
  );
  const ns = new k8s.core.v1.Namespace("t", { metadata: { name: "kp" } }, o);
  const ons = { provider, dependsOn: [ns] };
  new k8s.core.v1.ConfigMap("c", { metadata: { namespace: "kp" }, data: { a: "1" } }, ons);
  const s = new k8s.core.v1.Secret(
    "s",
    { metadata: { name: "s", namespace: "kp" }, stringData: { pw: "hunter2" } },
    ons,
  );
  const labels = { app: "w" };
  const d = new k8s.apps.v1.Deployment(
    "d",
    {
      metadata: { name: "d", namespace: "kp" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { name: "w", image: "x", resources: { requests: { cpu: "1000m", memory: "100Mi" } } },
            ],
          },
        },
      },
    },
    ons,
  );
  new k8s.core.v1.Service(
    "svc",
    { metadata: { name: "svc", namespace: "kp" }, spec: { selector: labels, ports: [{ port: 80 }] } },
    ons,
  );
  new k8s.apiextensions.CustomResource(
    "sgp",
    {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name: "p", namespace: "kp" },
      spec: { podSelector: {}, securityGroups: { groupIds: ["sg-1"] } },
    },
    ons,
  );
  new k8s.batch.v1.Job(
    "j",
    {
      metadata: { name: "j", namespace: "kp" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "w", image: "x" }] } } },
    },
    ons,
  );
  return { ready: d.status.readyReplicas, uid: ns.metadata.uid, sec: s.data };
};
(async () => {
  const stack = await LocalWorkspace.createOrSelectStack({ stackName: "kp", projectName: "kp", program });
  const cmd = process.argv[2];
  const o = { onOutput: (x: string) => process.stdout.write(x), color: "never" as const };
  if (cmd === "up") {
    const r = await stack.up(o);
    console.log(r.outputs);
  }
  if (cmd === "preview") {
    const r = await stack.preview(o);
    console.log(r.changeSummary);
  }
  if (cmd === "refresh") {
    const r = await stack.refresh(o);
    console.log(r.summary.resourceChanges);
  }
  if (cmd === "destroy") await stack.destroy(o);
})();
