export * from "./cidr";
export * from "./context";
export * from "./define";
export * from "./errors";
export * from "./properties";
export * from "./values";
