export interface EventStreamLimits {
  /** Streams open at a time, over all clients. */
  readonly maxStreams: number;
  /** Bytes that may wait for one client; one that falls further behind is dropped. */
  readonly maxBufferedBytes: number;
  readonly keepAliveMs: number;
}

export const eventStreamDefaults: EventStreamLimits = {
  maxStreams: 64,
  maxBufferedBytes: 1 << 20,
  keepAliveMs: 15_000,
};
