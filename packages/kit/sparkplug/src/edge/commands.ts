import { createHash } from 'node:crypto';
import { fromJsonValue, messageOf, type DataType, type TagValue } from '@fieldwarden/core';
import { decodePayload } from '../payload/decode-payload.js';
import { metricValue } from '../payload/decode-value.js';
import type { Metric, Payload } from '../payload/payload.js';
import { rebirthHead } from './births.js';
import type { EdgeAction } from './edge-actions.js';
import type { EdgeEntry, EdgeGroup, MetricTable } from './metric-table.js';

/** Commands remembered, so that one that a broker delivers twice is done once. */
const rememberedCommands = 256;

export interface CommandResult {
  readonly actions: readonly EdgeAction[];
  readonly asksForRebirth: boolean;
}

/** Reads NCMD and DCMD. */
export class Commands {
  /** Keys of commands that were done, the oldest first. */
  readonly #done = new Set<string>();
  readonly #areWritesAllowed: boolean;

  constructor(areWritesAllowed: boolean) {
    this.#areWritesAllowed = areWritesAllowed;
  }

  read(table: MetricTable, group: EdgeGroup, topic: string, bytes: Uint8Array, isRetained: boolean): CommandResult {
    const payload = decoded(bytes);
    if (typeof payload === 'string') return refused(topic, payload);
    if (isRetained) return refused(topic, 'the broker retained it: nobody knows when it was meant');
    const asksForRebirth = group.device === undefined && payload.metrics.some(isRebirth);
    const rest = asksForRebirth ? payload.metrics.filter((metric) => !isRebirth(metric)) : payload.metrics;
    const actions =
      rest.length > 0 && this.#isRepeated(topic, payload, bytes)
        ? refused(topic, 'it came a second time').actions
        : rest.map((metric) => this.#actionFor(table, group, metric));
    return { actions, asksForRebirth };
  }

  /** The same bytes with the same time of sending are the same command; without a time nothing can be said. */
  #isRepeated(topic: string, { timestampMs }: Payload, bytes: Uint8Array): boolean {
    if (!timestampMs) return false;
    const key = createHash('sha256').update(topic).update('\0').update(bytes).digest('base64');
    if (this.#done.has(key)) return true;
    this.#done.add(key);
    if (this.#done.size > rememberedCommands) this.#done.delete(this.#done.values().next().value!);
    return false;
  }

  #actionFor(table: MetricTable, group: EdgeGroup, metric: Metric): EdgeAction {
    const entry = entryFor(table, group, metric);
    const name = entry?.name ?? metric.name ?? `alias ${metric.alias ?? 'unsaid'}`;
    if (name === rebirthHead.name) return { type: 'refuse', name, reason: 'its value is not true' };
    if (!entry) return { type: 'refuse', name, reason: 'there is no such metric' };
    if (!this.#areWritesAllowed) return { type: 'refuse', name, reason: 'commands are off (mqtt.commands)' };
    if (!entry.isWritable) return { type: 'refuse', name, reason: 'the tag is read-only' };
    try {
      return { type: 'write', handle: entry.handle, name, value: valueFor(metric, entry) };
    } catch (error) {
      return { type: 'refuse', name, reason: messageOf(error) };
    }
  }
}

function decoded(bytes: Uint8Array): Payload | string {
  try {
    return decodePayload(bytes);
  } catch (error) {
    return messageOf(error);
  }
}

function refused(topic: string, reason: string): CommandResult {
  return { actions: [{ type: 'refuse', name: topic, reason }], asksForRebirth: false };
}

function isRebirth(metric: Metric): boolean {
  return metric.name === rebirthHead.name && metric.carried === true;
}

function entryFor(table: MetricTable, group: EdgeGroup, { name, alias }: Metric): EdgeEntry | undefined {
  const entry = name !== undefined ? group.byName.get(name) : alias === undefined ? undefined : table.byAlias(alias);
  return entry?.group === group ? entry : undefined;
}

/** A host may send another type than the birth said, an Int64 for an int32: what counts is whether the value fits. */
function valueFor(metric: Metric, entry: EdgeEntry): TagValue {
  const value = metricValue(metric, entry.head.type);
  if (value === null) throw new TypeError('it holds no value');
  return fromJsonValue(jsonLike(value, entry.dataType), entry.dataType);
}

function jsonLike(value: unknown, type: DataType): unknown {
  if (Array.isArray(value)) return value.map((element) => jsonLike(element, type));
  if (typeof value !== 'bigint' || type.scalar === 'int64' || type.scalar === 'uint64') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
