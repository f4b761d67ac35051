import type { DataType, TagValue } from '@fieldwarden/core';

/**
 * One tag as a driver sees it: what to read or write at which address. Plain data, so that it crosses the process boundary
 * unchanged. Scaling, limits and history are the runtime's business; a driver deals in raw device values.
 */
export interface Point {
  /** Path of the tag, for messages only. */
  readonly path: string;
  /** The address as the engineer wrote it; the driver parses it with its own `address` function. */
  readonly address: string;
  readonly type: DataType;
  /** Output of the type's `tagOptions`; undefined where it has none. */
  readonly options?: unknown;
  /**
   * How often the plant wants to hear of it, in ms: the tag's scan interval. A hint for a session that subscribes, e.g. the sampling
   * interval of an OPC UA monitored item; a session that is polled is asked at this interval anyway. Undefined: as the device does.
   */
  readonly samplingIntervalMs?: number;
  /**
   * Changes of up to so much need not be reported: the tag's deadband, absolute and more than 0, in units of the raw device value
   * (engineering units ÷ |gain| of the tag's scaling). Only on single numbers. A hint that spares the device and the wire: whoever
   * passes it on compares with the value reported last and still reports every change of status. The runtime applies the tag's
   * deadband to what comes, hint or not.
   */
  readonly deadband?: number;
}

export interface WriteItem {
  readonly point: Point;
  /** Already checked against the tag's type, range and limits, already unscaled. */
  readonly value: TagValue;
}
