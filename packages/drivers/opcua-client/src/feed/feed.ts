import {
  isBad,
  isGatewayError,
  statusCodes,
  ValueColumns,
  type Clock,
  type GatewayError,
  type StatusCode,
} from '@fieldwarden/core';
import type { Point, Subscription, UpdateSink } from '@fieldwarden/driver';
import { NamespaceBook } from '../address/namespaces.js';
import { nodeIdOf } from '../address/node-id.js';
import { parseNodeAddress, type NodeAddress } from '../address/node-address.js';
import type { Link } from '../line/link.js';
import { setRow } from '../values/value-row.js';
import type { UaDataValue } from '../values/ua-value.js';
import type { Item } from './item.js';

const defaultSamplingMs = 1_000;

/** A node that a feed wants, with the rows that show it. */
export interface FeedItem extends Item {
  readonly feed: Feed;
  readonly rows: readonly number[];
}

/** One subscription of the runtime: its points, which of their nodes are monitored, and the sink that is told. Rows are points. */
export class Feed implements Subscription {
  readonly deviceId: string;
  readonly points: readonly Point[];
  readonly #sink: UpdateSink;
  readonly #clock: Clock;
  readonly #addresses: readonly (NodeAddress | undefined)[];
  readonly #namespaces = new NamespaceBook();
  #items: readonly FeedItem[] = [];
  /** Told since the last `flush`: a value of the server, or a status. */
  #rows: number[] = [];
  #told: (UaDataValue | StatusCode)[] = [];

  constructor(
    deviceId: string,
    points: readonly Point[],
    { sink, clock }: { readonly sink: UpdateSink; readonly clock: Clock },
  ) {
    this.deviceId = deviceId;
    this.points = points;
    this.#sink = sink;
    this.#clock = clock;
    this.#addresses = points.map(({ address }) => addressOrNone(address));
  }

  get items(): readonly FeedItem[] {
    return this.#items;
  }

  /** What is to be monitored over this link; rows whose node it does not have are told at once. `nextHandle` numbers them. */
  itemsFor(link: Link, nextHandle: () => number): readonly FeedItem[] {
    const byKey = new Map<
      string,
      { nodeId: FeedItem['nodeId']; rows: number[]; samplingMs: number; deadband: number | undefined }
    >();
    for (const [row, address] of this.#addresses.entries()) {
      if (!address) {
        this.#mark(row, statusCodes.BadConfigurationError);
        continue;
      }
      const namespace = this.#namespaces.indexOf(address, link.namespaces);
      if (namespace === undefined) {
        this.#mark(row, statusCodes.BadNodeIdUnknown);
        continue;
      }
      const { samplingIntervalMs: samplingMs = defaultSamplingMs, deadband: asked } = this.points[row];
      // A deadband is of the whole value: a part of it has none at the server.
      const deadband = address.steps.length === 0 ? asked : undefined;
      const key = `${namespace};${address.kind}=${address.identifier} ${samplingMs} ${deadband ?? ''}`;
      const known = byKey.get(key);
      if (known) known.rows.push(row);
      else byKey.set(key, { nodeId: nodeIdOf(link.library, address, namespace), rows: [row], samplingMs, deadband });
    }
    this.#items = [...byKey.values()].map((item) => ({ ...item, feed: this, handle: nextHandle(), isValued: false }));
    return this.#items;
  }

  /** The server's own word of a node. */
  value(item: FeedItem, value: UaDataValue): void {
    item.isValued = true;
    for (const row of item.rows) {
      this.#rows.push(row);
      this.#told.push(value);
    }
  }

  /** The server does not report this node. */
  refuse(item: FeedItem): void {
    if (item.status === undefined || !isBad(item.status)) return;
    for (const row of item.rows) this.#mark(row, item.status);
  }

  /** Hands over what was told. */
  flush(): void {
    const rows = this.#rows;
    const told = this.#told;
    if (rows.length === 0) return;
    this.#rows = [];
    this.#told = [];
    const nowMs = this.#clock.wallMs();
    const columns = new ValueColumns(rows.length);
    for (const [i, row] of rows.entries()) {
      const one = told[i];
      if (typeof one === 'number') columns.setBad(i, one, nowMs);
      else setRow(columns, i, one, { steps: this.#addresses[row]!.steps, type: this.points[row].type, nowMs });
    }
    this.#sink.push({ length: rows.length, rows: Uint32Array.from(rows), columns });
  }

  /** There is no connection: everything is Bad until it is told anew. */
  lose(error: GatewayError): void {
    this.#items = [];
    this.#rows = [];
    this.#told = [];
    this.#sink.fail(error);
  }

  #mark(row: number, status: StatusCode): void {
    this.#rows.push(row);
    this.#told.push(status);
  }
}

function addressOrNone(text: string): NodeAddress | undefined {
  try {
    return parseNodeAddress(text);
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return undefined;
  }
}
