import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A request that was answered. */
export interface CountedRequest {
  readonly method: string;
  /** The endpoint's path, with names in place of ids. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Methods that are counted by name; anybody can send any other word. */
const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Upper bounds of the duration's buckets, in seconds. A dry run may take half a minute. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is measured of the API. */
export class ApiMetrics {
  /** Media type of {@link text}. */
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly requests: Counter<"method" | "route" | "status">;
  private readonly durations: Histogram<"method" | "route">;
  private readonly streams: Gauge;
  private readonly registryUp: Gauge;

  constructor() {
    const registers = [this.registry];
    this.contentType = this.registry.contentType;
    this.requests = new Counter({
      name: "tenantry_http_requests_total",
      help: "Requests answered, by endpoint and status.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.durations = new Histogram({
      name: "tenantry_http_request_duration_seconds",
      help: "Time until the answer began, by endpoint.",
      labelNames: ["method", "route"],
      buckets: BUCKETS,
      registers,
    });
    this.streams = new Gauge({
      name: "tenantry_http_streams_open",
      help: "Streams of operations' progress that are open.",
      registers,
    });
    this.registryUp = new Gauge({
      name: "tenantry_registry_up",
      help: "Whether the registry's database could be asked for its metrics: 1 or 0.",
      registers,
    });
  }

  /** Counts an answered request. */
  countRequest({ method: word, route, status, seconds }: CountedRequest): void {
    const method = METHODS.includes(word) ? word : "other";
    this.requests.inc({ method, route, status: String(status) });
    this.durations.observe({ method, route }, seconds);
  }

  /** Notes that a stream was opened (1) or has ended (-1). */
  countStream(change: 1 | -1): void {
    this.streams.inc(change);
  }

  /** Notes whether the registry's database could be asked. */
  noteRegistry(up: boolean): void {
    this.registryUp.set(up ? 1 : 0);
  }

  /** Everything measured, in Prometheus's text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
