import type { DataType } from '@fieldwarden/core';
import { sparkplugTypeOf } from '../payload/data-types.js';
import { MetricHead } from '../payload/encode-metric.js';
import type { EdgeDefinitions, EdgeMetric } from './definitions.js';

/** Not an alias of the node: `Node Control/Rebirth` and bdSeq have none. */
const firstAlias = 1;
/** The property is not told yet in this session. */
export const qualityUntold = -1;

export interface EdgeEntry {
  readonly handle: number;
  readonly name: string;
  readonly dataType: DataType;
  readonly isWritable: boolean;
  readonly head: MetricHead;
  /** Without alias: what is stored has to be understood after a restart, too. */
  readonly storedHead: Uint8Array;
  readonly group: EdgeGroup;
  /** Value of the property Quality that was told last. */
  quality: number;
}

/** The node itself, or one of its devices. */
export interface EdgeGroup {
  /** Undefined for the node. */
  readonly device: string | undefined;
  readonly entries: readonly EdgeEntry[];
  readonly byName: ReadonlyMap<string, EdgeEntry>;
  readonly hasOutputs: boolean;
  /** What makes its birth another one: names, types and order of its metrics. */
  readonly shape: string;
  isOnline: boolean;
  /** Its birth of this session is out. */
  isBorn: boolean;
}

/** Aliases belong to a name and type of a device for as long as this object lives: data on the way are never read as another's. */
export class MetricTable {
  readonly node: EdgeGroup;
  readonly devices: ReadonlyMap<string, EdgeGroup>;
  readonly #byHandle = new Map<number, EdgeEntry>();
  readonly #byAlias = new Map<number, EdgeEntry>();

  constructor(definitions: EdgeDefinitions, aliases: Aliases | undefined) {
    this.node = this.#group(undefined, definitions.metrics, aliases);
    this.devices = new Map(
      definitions.devices.map(
        ({ id, metrics, isOnline }) => [id, this.#group(id, metrics, aliases, isOnline)] as const,
      ),
    );
  }

  entry(handle: number): EdgeEntry | undefined {
    return this.#byHandle.get(handle);
  }

  byAlias(alias: number | bigint): EdgeEntry | undefined {
    return this.#byAlias.get(Number(alias));
  }

  get groups(): readonly EdgeGroup[] {
    return [this.node, ...this.devices.values()];
  }

  group(device: string | undefined): EdgeGroup | undefined {
    return device === undefined ? this.node : this.devices.get(device);
  }

  #group(
    device: string | undefined,
    metrics: readonly EdgeMetric[],
    aliases: Aliases | undefined,
    isOnline = true,
  ): EdgeGroup {
    const entries: EdgeEntry[] = [];
    const group: EdgeGroup = {
      device,
      entries,
      byName: new Map(),
      hasOutputs: metrics.some((metric) => metric.isWritable),
      shape: JSON.stringify(metrics.map(({ name, type }) => [name, sparkplugTypeOf(type)])),
      isOnline,
      isBorn: false,
    };
    for (const metric of metrics) {
      const entry = entryOf(metric, group, aliases?.of(device, metric));
      entries.push(entry);
      (group.byName as Map<string, EdgeEntry>).set(entry.name, entry);
      this.#byHandle.set(entry.handle, entry);
      const alias = aliases?.of(device, metric);
      if (alias !== undefined) this.#byAlias.set(alias, entry);
    }
    return group;
  }
}

/** One number per device, name and type, never used for another. */
export class Aliases {
  readonly #known = new Map<string, number>();

  of(device: string | undefined, { name, type }: EdgeMetric): number {
    const key = `${device ?? ''}\n${sparkplugTypeOf(type)}\n${name}`;
    let alias = this.#known.get(key);
    if (alias === undefined) this.#known.set(key, (alias = firstAlias + this.#known.size));
    return alias;
  }
}

function entryOf(metric: EdgeMetric, group: EdgeGroup, alias: number | undefined): EdgeEntry {
  const type = sparkplugTypeOf(metric.type);
  return {
    handle: metric.handle,
    name: metric.name,
    dataType: metric.type,
    isWritable: metric.isWritable,
    head: new MetricHead(metric.name, alias, type),
    storedHead: new MetricHead(metric.name, undefined, type).ofBirth,
    group,
    quality: qualityUntold,
  };
}

/** What was said of a group in this session holds for its successor, unless its metrics are others. */
export function carryOver(before: EdgeGroup, after: EdgeGroup): void {
  after.isOnline = before.isOnline;
  after.isBorn = before.isBorn && before.shape === after.shape;
  if (!after.isBorn) return;
  for (const entry of after.entries) entry.quality = before.byName.get(entry.name)?.quality ?? entry.quality;
}
