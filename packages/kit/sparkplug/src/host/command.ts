import { statusCodes, type TagValue } from '@fieldwarden/core';
import type { SparkplugType } from '../payload/data-types.js';
import { MetricHead, writeMetric } from '../payload/encode-metric.js';
import { encodePayload } from '../payload/encode-payload.js';
import { unfit } from '../payload/value-errors.js';

export interface CommandedMetric {
  readonly name: string;
  /** Where the birth gave one: it then stands in place of the name. */
  readonly alias: number | bigint | undefined;
  readonly type: SparkplugType;
  readonly value: TagValue;
}

/** The payload of an NCMD or DCMD. Throws `SPARKPLUG_VALUE_UNFIT`. */
export function encodeCommand(metrics: readonly CommandedMetric[], nowMs: number): Uint8Array {
  return encodePayload(
    nowMs,
    (writer) => {
      for (const { name, alias, type, value } of metrics) {
        const { ofCommand } = new MetricHead(name, alias, type);
        const fits = writeMetric(writer, ofCommand, type, value, statusCodes.Good, nowMs, false, false);
        if (!fits) throw unfit(value, type);
      }
    },
    undefined,
  );
}
