import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

/** The pack's program: the engine starts it and asks it about each resource. Nothing may be printed to stdout. */
new PolicyPack("tenantry-guardrails", { policies });
