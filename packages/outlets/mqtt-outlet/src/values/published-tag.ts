import type { ScalarType, StatusCode, TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { Topics } from '../topics.js';

/** A value as it was when the tag changed. */
export interface SeenValue {
  readonly value: TagValue | null;
  readonly status: StatusCode;
  /** ms since 1970 UTC. */
  readonly sourceAtMs: number;
}

/** What is known of a tag that is published. */
export class PublishedTag {
  readonly handle: number;
  readonly path: string;
  readonly scalar: ScalarType;
  readonly topic: string;
  /** Of the messages that it shares with the other tags of its device; undefined: it has none. */
  readonly batchTopic: string | undefined;
  /** Before this time nothing of it goes out; monotonic. */
  notBeforeMs = -Infinity;
  /** The newest value that waits for that time. */
  held: SeenValue | undefined;
  /** Changed while the queue was full: its present value is to be looked at. */
  isMissed = false;
  isRemoved = false;

  constructor(handle: number, { path, type, driverId, deviceId }: TagDefinition, topics: Topics) {
    this.handle = handle;
    this.path = path;
    this.scalar = type.scalar;
    this.topic = topics.tag(path);
    this.batchTopic = driverId === null || deviceId === null ? undefined : topics.batch(driverId, deviceId);
  }
}
