import { Engine } from "../../tenants/engine";
import { isProgramName, programOf } from "../programs";
import { serve, setting } from "./protocol";

/** The product's engine, as a long-lived worker uses it. */
const engine = new Engine();
const name = setting("BENCH_PROGRAM");
const policyPacks = [{ path: setting("BENCH_POLICY_PACK") }];

serve(async (id) => {
  if (!isProgramName(name)) throw new Error(`there is no program '${name}'`);
  await engine.up({ project: "tenants", stack: id, program: programOf(name, id), policyPacks });
});
process.on("disconnect", () => {
  engine.close();
  process.exit();
});
