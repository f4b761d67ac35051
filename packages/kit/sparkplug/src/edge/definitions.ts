import type { DataType, DataValue } from '@fieldwarden/core';

/** What an edge node tells: who uses it gives each metric a handle of its own. */
export interface EdgeMetric {
  /** The key under which changes come and values are asked for; unique over the node and its devices. */
  readonly handle: number;
  readonly name: string;
  readonly type: DataType;
  readonly isWritable: boolean;
}

export interface EdgeDevice {
  readonly id: string;
  /** Whether a device that was not there before is online; default: it is. Of one that is known `deviceOnline` tells. */
  readonly isOnline?: boolean;
  readonly metrics: readonly EdgeMetric[];
}

export interface EdgeDefinitions {
  /** Metrics that belong to no device. */
  readonly metrics: readonly EdgeMetric[];
  readonly devices: readonly EdgeDevice[];
}

/** The present value of a metric. */
export type CurrentValue = (handle: number) => DataValue;

/** Changes as columns: row i is one. */
export interface EdgeChanges {
  readonly count: number;
  handle(row: number): number;
  value(row: number): DataValue['value'];
  status(row: number): number;
  sourceAtMs(row: number): number;
}
