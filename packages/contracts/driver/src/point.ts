import type { DataType, TagValue } from '@fieldwarden/core';

/**
 * One tag as a driver sees it: what to read or write at which address. Plain data, so that it crosses the process boundary
 * unchanged. Scaling, deadband, limits and history are the runtime's business; a driver deals in raw device values.
 */
export interface Point {
  /** Path of the tag, for messages only. */
  readonly path: string;
  /** The address as the engineer wrote it; the driver parses it with its own `address` function. */
  readonly address: string;
  readonly type: DataType;
}

export interface WriteItem {
  readonly point: Point;
  /** Already checked against the tag's type, range and limits, already unscaled. */
  readonly value: TagValue;
}
