import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { isProgramName, programOf } from "../programs";
import { serve, setting } from "./protocol";

/** The Automation API as Pulumi's examples use it: createOrSelectStack, then up. */
const name = setting("BENCH_PROGRAM");
const policyPack = setting("BENCH_POLICY_PACK");

serve(async (id) => {
  if (!isProgramName(name)) throw new Error(`there is no program '${name}'`);
  const stack = await LocalWorkspace.createOrSelectStack({
    stackName: id,
    projectName: "tenants",
    program: programOf(name, id),
  });
  await stack.up({ policyPacks: [policyPack] });
});
process.on("disconnect", () => process.exit());
