/**
 * A byte stream between a Supervisor and a Host. Whoever made the stream ends it; the channel only sends and receives, so the
 * same code runs over memory and over a socket pair.
 */
export interface Transport {
  /**
   * Takes bytes over, in order; the caller does not touch them again. False: the stream is full and the caller had better wait for
   * `drained`; the bytes were taken nevertheless. After `closed` it drops them.
   */
  send(bytes: Uint8Array): boolean;
  /** Called once, before or after the first `send`. */
  receive(receiver: TransportReceiver): void;
}

export interface TransportReceiver {
  /** A piece of the stream, cut anywhere. */
  bytes(chunk: Uint8Array): void;
  /** There is room again after `send` returned false. */
  drained(): void;
  /** Last call: the other side ended the stream, or it broke with `error`. */
  closed(error?: Error): void;
}
