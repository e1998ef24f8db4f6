export type { EventBus } from "./bus";
export { EventBridgeBus } from "./event-bridge";
export { EventBusPublisher, type PublisherLog, type PublisherOptions } from "./publisher";
