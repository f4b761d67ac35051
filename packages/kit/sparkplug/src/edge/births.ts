import { statusCodes, type StatusCode, type TagValue } from '@fieldwarden/core';
import { sparkplugTypes } from '../payload/data-types.js';
import { MetricHead, qualityOf, writeMetric } from '../payload/encode-metric.js';
import { encodePayload } from '../payload/encode-payload.js';
import type { CurrentValue } from './definitions.js';
import type { EdgeEntry, EdgeGroup } from './metric-table.js';

/** Neither has an alias: hosts look for their names (sections 6.4.15 and 6.4.19 of the specification). */
export const bdSeqHead = new MetricHead('bdSeq', undefined, sparkplugTypes.Int64);
export const rebirthHead = new MetricHead('Node Control/Rebirth', undefined, sparkplugTypes.Boolean);

interface BornMetric {
  readonly head: MetricHead;
  /** Undefined for the node's own two. */
  readonly entry: EdgeEntry | undefined;
  readonly value: TagValue | null;
  readonly status: StatusCode;
  readonly atMs: number;
}

/** All metrics of the node with their present values, its bdSeq and its switch. */
export function encodeNodeBirth(node: EdgeGroup, bdSeq: number, current: CurrentValue, nowMs: number): Uint8Array {
  const own = (head: MetricHead, value: TagValue): BornMetric => ({
    head,
    entry: undefined,
    value,
    status: statusCodes.Good,
    atMs: nowMs,
  });
  const metrics = [own(bdSeqHead, BigInt(bdSeq)), own(rebirthHead, false), ...bornMetrics(node, current, nowMs)];
  return encodeBirth(metrics, nowMs, 0);
}

export function encodeDeviceBirth(device: EdgeGroup, current: CurrentValue, nowMs: number, seq: number): Uint8Array {
  return encodeBirth(bornMetrics(device, current, nowMs), nowMs, seq);
}

/** The will, and what is published in its place before an intended end: bdSeq alone, no seq. */
export function encodeNodeDeath(bdSeq: number, nowMs: number): Uint8Array {
  const { ofBirth, type } = bdSeqHead;
  return encodePayload(
    nowMs,
    (writer) => void writeMetric(writer, ofBirth, type, BigInt(bdSeq), statusCodes.Good, nowMs, false, false),
    undefined,
  );
}

export function encodeDeviceDeath(nowMs: number, seq: number): Uint8Array {
  return encodePayload(nowMs, () => undefined, seq);
}

function bornMetrics(group: EdgeGroup, current: CurrentValue, nowMs: number): BornMetric[] {
  return group.entries.map((entry) => {
    const { value, status, sourceAtMs } = current(entry.handle);
    // What never had a value has no time of its own.
    return { head: entry.head, entry, value, status, atMs: sourceAtMs > 0 ? sourceAtMs : nowMs };
  });
}

/** operational-behavior-data-publish-nbirth-order: the oldest value first. */
function encodeBirth(metrics: BornMetric[], nowMs: number, seq: number): Uint8Array {
  metrics.sort((a, b) => a.atMs - b.atMs);
  return encodePayload(
    nowMs,
    (writer) => {
      for (const { head, entry, value, status, atMs } of metrics) {
        writeMetric(writer, head.ofBirth, head.type, value, status, atMs, false, entry !== undefined);
        if (entry) entry.quality = qualityOf(status);
      }
    },
    seq,
  );
}
