/** Limits and times of the API. */
export interface ApiSettings {
  /** Longest body, in bytes. */
  readonly maxBodyBytes: number;
  /** How deep objects and lists of a body may be in each other. */
  readonly maxBodyDepth: number;
  /** Requests that a subject may send in one window, and at once. */
  readonly requestsPerWindow: number;
  /** Length of the window, in seconds. */
  readonly windowSeconds: number;
  /** Streams that a subject may have open at once. */
  readonly maxStreamsPerSubject: number;
  /** Time between two looks for new progress, in milliseconds. */
  readonly streamPollMs: number;
  /** Time between two signs of life of a stream that has nothing to tell, in milliseconds. */
  readonly streamHeartbeatMs: number;
  /** How long a stream's client may read nothing, in milliseconds. */
  readonly streamStallMs: number;
  /** How long a dry run is waited for before its operation is the answer, in milliseconds. */
  readonly planWaitMs: number;
  /** Time between two looks whether a dry run is done, in milliseconds. */
  readonly planPollMs: number;
  /**
   * Networks of the proxies in front of the service whose X-Forwarded-For counts, in CIDR notation. With none the header is
   * not looked at, for anybody can send it.
   */
  readonly trustedProxies: readonly string[];
}

/** What holds where nothing else is said. */
export const DEFAULT_SETTINGS = {
  maxBodyBytes: 64 * 1024,
  maxBodyDepth: 16,
  requestsPerWindow: 600,
  windowSeconds: 60,
  maxStreamsPerSubject: 10,
  streamPollMs: 300,
  streamHeartbeatMs: 15_000,
  streamStallMs: 30_000,
  planWaitMs: 30_000,
  planPollMs: 200,
  trustedProxies: [],
} as const satisfies ApiSettings;
