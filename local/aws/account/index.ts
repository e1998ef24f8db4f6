export * from "./calls";
export * from "./cipher";
export * from "./connection";
export * from "./retained";
export * from "./settings";
export * from "./store";
