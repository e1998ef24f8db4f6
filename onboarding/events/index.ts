export type { EventBus } from "./bus";
export { EVENT_SOURCE, EventBridgeBus } from "./event-bridge";
export { EventBusPublisher, type PublisherLog, type PublisherOptions } from "./publisher";
