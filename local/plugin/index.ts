export * from "./marshal";
export * from "./provider";
export { previewOutputs, providerService } from "./server";
export { serveProvider } from "./serve";
export * from "./values";
