/** The direction of dependence that docs/design.md draws; each rule is one of its arrows. */
const PRODUCT = "^(components|platform|tenants|policy|onboarding)/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Types may name each other; code may not.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "product-knows-nothing-of-the-local-cloud",
      severity: "error",
      from: { path: PRODUCT },
      to: { path: "^(local|bench|test|scripts)/" },
    },
    {
      name: "components-know-nothing-below-them",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(platform|tenants|policy|onboarding|local|bench|test|scripts)/" },
    },
    {
      name: "components-are-used-through-their-surface",
      comment:
        "Only components/index.ts, cell.ts and the pure rules are for others; their mocks are for tests.",
      severity: "error",
      from: { pathNot: "(^components/|\\.test\\.ts$)" },
      to: { path: "^components/", pathNot: "^components/(index\\.ts|cell\\.ts|rules/)" },
    },
    {
      name: "platform-knows-components-only",
      severity: "error",
      from: { path: "^platform/" },
      to: { path: "^(tenants|policy|onboarding)/" },
    },
    {
      name: "tenants-know-the-platform-by-its-outputs",
      severity: "error",
      from: { path: "^tenants/" },
      to: { path: "^platform/", pathNot: "^platform/outputs\\.ts" },
    },
    {
      name: "tenants-know-nothing-of-the-service",
      severity: "error",
      from: { path: "^(tenants|policy)/" },
      to: { path: "^onboarding/" },
    },
    {
      name: "policy-knows-rules-only",
      severity: "error",
      from: { path: "^policy/" },
      to: { path: "^(components|platform|tenants)/", pathNot: "^components/rules/" },
    },
    {
      name: "program-does-not-know-the-engine",
      severity: "error",
      from: { path: "^tenants/(spec|program)" },
      to: { path: "^tenants/(engine|cli)/" },
    },
    {
      name: "only-the-engine-knows-the-automation-api",
      severity: "error",
      from: { path: PRODUCT, pathNot: "^tenants/engine/" },
      to: { path: "@pulumi/pulumi/automation" },
    },
    {
      name: "the-service-knows-the-platform-by-its-outputs",
      severity: "error",
      from: { path: "^onboarding/" },
      to: { path: "^(platform|policy)/", pathNot: "^platform/outputs\\.ts" },
    },
    {
      name: "only-workflows-run-the-engine",
      comment: "The API validates and enqueues; what it asks of the engine goes through an operation.",
      severity: "error",
      from: { path: "^onboarding/(api|auth|client|lifecycle|registry|requests|webhooks)/" },
      to: { path: "^tenants/(engine|program)" },
    },
    {
      name: "rules-are-pure",
      comment: "Policies bundle them; a provider's SDK would come along.",
      severity: "error",
      from: { path: "^components/rules/" },
      to: { path: "@pulumi/" },
    },
    {
      name: "no-test-code-in-the-product",
      severity: "error",
      from: { pathNot: "(\\.test\\.ts$|^(test|bench|policy/testing)/|testing)" },
      to: { path: "\\.test\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.local)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
  },
};
