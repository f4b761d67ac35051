import type { TagValue } from '@fieldwarden/core';
import type { SparkplugType } from '../payload/data-types.js';
import type { DataSet, Template } from '../payload/payload.js';

/** What a host learns of an edge node, and what it has to send, in order. */
export type HostEvent = Born | Told | Died | AskForRebirth;

/** All metrics of the node (`device` undefined) or of one device, with their present values. Metrics that are not among them are gone. */
export interface Born {
  readonly type: 'birth';
  readonly device: string | undefined;
  readonly metrics: readonly HostMetric[];
}

export interface Told {
  readonly type: 'data';
  readonly device: string | undefined;
  readonly metrics: readonly HostMetric[];
}

/** Every metric of the device is stale; with `device` undefined every metric of the node and of all its devices. */
export interface Died {
  readonly type: 'death';
  readonly device: string | undefined;
  readonly reason: string;
}

/** Publish it with QoS 0, not retained. */
export interface AskForRebirth {
  readonly type: 'ask-for-rebirth';
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly reason: string;
}

export interface HostMetric {
  readonly name: string;
  /** Where the birth gave one: commands name the metric by it. */
  readonly alias: number | bigint | undefined;
  /** That of the birth. */
  readonly type: SparkplugType;
  /** Null where the sender says so, or where it cannot be read. */
  readonly value: TagValue | DataSet | Template | null;
  readonly quality: 'good' | 'stale' | 'bad';
  /** ms since 1970 UTC; undefined where neither metric nor payload has one. */
  readonly sourceAtMs: number | undefined;
  /** Happened earlier, and is not the present value. */
  readonly isHistorical: boolean;
  /** Why the value cannot be read. */
  readonly problem: string | undefined;
}
