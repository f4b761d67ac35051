import { isBad, statusCodes } from '@fieldwarden/core';
import { decodePayload } from '../payload/decode-payload.js';
import { metricValue } from '../payload/decode-value.js';
import { qualities, qualityOf, writeMetric } from '../payload/encode-metric.js';
import { encodePayload } from '../payload/encode-payload.js';
import type { Metric } from '../payload/payload.js';
import type { ProtobufWriter } from '../protobuf/writer.js';
import type { EdgeChanges } from './definitions.js';
import type { EdgeEntry, EdgeGroup, MetricTable } from './metric-table.js';

/** Time and seq around the metrics. */
const envelopeBytes = 16;

/** Rows of changes, by the node or device that they belong to; in the order of their times. Rows of unknown handles are left out. */
export function rowsByGroup(table: MetricTable, changes: EdgeChanges): Map<EdgeGroup, number[]> {
  const rows = new Map<EdgeGroup, number[]>();
  for (let row = 0; row < changes.count; row++) {
    const group = table.entry(changes.handle(row))?.group;
    if (!group) continue;
    const known = rows.get(group);
    if (known) known.push(row);
    else rows.set(group, [row]);
  }
  for (const list of rows.values()) list.sort((a, b) => changes.sourceAtMs(a) - changes.sourceAtMs(b));
  return rows;
}

/** Changes as NDATA or DDATA, as many as their size demands. `nextSeq` is asked once for each. */
export function encodeChanges(
  table: MetricTable,
  changes: EdgeChanges,
  rows: readonly number[],
  nowMs: number,
  maxPayloadBytes: number,
  nextSeq: () => number,
): Uint8Array[] {
  return inParts(rows.length, maxPayloadBytes, nowMs, nextSeq, (writer, i, isTooLarge) => {
    const row = rows[i];
    const entry = table.entry(changes.handle(row))!;
    const status = isTooLarge ? statusCodes.BadEncodingLimitsExceeded : changes.status(row);
    const quality = qualityOf(status);
    const { ofData, type } = entry.head;
    const withQuality = quality !== entry.quality;
    const told = writeMetric(
      writer,
      ofData,
      type,
      changes.value(row),
      status,
      changes.sourceAtMs(row),
      false,
      withQuality,
    );
    return () => (entry.quality = told ? quality : qualities.bad);
  });
}

/** Changes that nobody hears now, named and typed, to be kept. */
export function encodeForStorage(
  table: MetricTable,
  changes: EdgeChanges,
  rows: readonly number[],
  nowMs: number,
): Uint8Array {
  return encodePayload(
    nowMs,
    (writer) => {
      for (const row of rows) {
        const { storedHead, head } = table.entry(changes.handle(row))!;
        const status = changes.status(row);
        writeMetric(writer, storedHead, head.type, changes.value(row), status, changes.sourceAtMs(row), true, true);
      }
    },
    undefined,
  );
}

export interface ReplayedHistory {
  readonly payloads: readonly Uint8Array[];
  /** Metrics that the present definitions do not have, or have with another type. */
  readonly unknown: number;
}

/** What was kept, as historical metrics with the aliases of today. Throws kind `protocol` for bytes that `encodeForStorage` did not write. */
export function encodeHistory(
  group: EdgeGroup,
  stored: Uint8Array,
  nowMs: number,
  maxPayloadBytes: number,
  nextSeq: () => number,
): ReplayedHistory {
  const { metrics } = decodePayload(stored);
  const known = metrics.flatMap((metric): [Metric, EdgeEntry][] => {
    const entry = group.byName.get(metric.name ?? '');
    return entry && entry.head.type === metric.datatype ? [[metric, entry]] : [];
  });
  const payloads = inParts(known.length, maxPayloadBytes, nowMs, nextSeq, (writer, i, isTooLarge) => {
    const [metric, { head }] = known[i];
    const status = isTooLarge ? statusCodes.BadEncodingLimitsExceeded : statusOfQuality(metric);
    const value = isBad(status) ? null : (metricValue(metric) as Parameters<typeof writeMetric>[3]);
    writeMetric(writer, head.ofData, head.type, value, status, metric.timestampMs ?? nowMs, true, true);
    return () => undefined;
  });
  return { payloads, unknown: metrics.length - known.length };
}

function statusOfQuality(metric: Metric): number {
  const quality = metric.properties?.get('Quality')?.value;
  if (quality === qualities.bad) return statusCodes.Bad;
  return quality === qualities.stale ? statusCodes.Uncertain : statusCodes.Good;
}

/**
 * Writes metrics 0 to `count` − 1 into payloads of at most `maxPayloadBytes`. `write` returns what is to be done when the metric stays
 * where it was written; one that fills a payload by itself is written again with `isTooLarge`.
 */
function inParts(
  count: number,
  maxPayloadBytes: number,
  nowMs: number,
  nextSeq: () => number,
  write: (writer: ProtobufWriter, index: number, isTooLarge: boolean) => () => void,
): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const limit = maxPayloadBytes - envelopeBytes;
  for (let next = 0; next < count;) {
    const first = next;
    const metrics = (writer: ProtobufWriter): void => {
      for (; next < count; next++) {
        const before = writer.length;
        let settle = write(writer, next, false);
        if (writer.length > limit) {
          writer.rewind(before);
          if (next > first) return;
          settle = write(writer, next, true);
        }
        settle();
      }
    };
    payloads.push(encodePayload(nowMs, metrics, nextSeq()));
  }
  return payloads;
}
