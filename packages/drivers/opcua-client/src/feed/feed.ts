import { isBad, statusCodes, ValueColumns, type Clock, type GatewayError, type StatusCode } from '@fieldwarden/core';
import type { Point, Subscription, UpdateSink } from '@fieldwarden/driver';
import { addressOrNone, NamespaceBook, type AddressUser } from '../address/namespaces.js';
import { nodeIdOf } from '../address/node-id.js';
import type { NodeAddress } from '../address/node-address.js';
import type { Link } from '../line/link.js';
import type { Texts } from '../services/enum-texts.js';
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
export class Feed implements Subscription, AddressUser {
  readonly deviceId: string;
  readonly points: readonly Point[];
  readonly #sink: UpdateSink;
  readonly #clock: Clock;
  readonly #addresses: readonly (NodeAddress | undefined)[];
  readonly namespaces = new NamespaceBook();
  readonly #texts = new Map<number, Texts>();
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
      const namespace = this.namespaces.indexOf(address, link.namespaces);
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

  uses(address: string): boolean {
    return this.points.some((point) => point.address === address);
  }

  /** Nodes whose whole value is shown by a tag of text: an enumeration shows what its number means. */
  get textItems(): readonly FeedItem[] {
    return this.#items.filter(({ rows }) => rows.some((row) => this.#isPlainText(row)));
  }

  /** What the numbers of a node's enumeration mean. */
  setTexts(item: FeedItem, texts: Texts): void {
    for (const row of item.rows) if (this.#isPlainText(row)) this.#texts.set(row, texts);
  }

  #isPlainText(row: number): boolean {
    const { scalar, arrayLength } = this.points[row].type;
    return scalar === 'string' && arrayLength === undefined && this.#addresses[row]!.steps.length === 0;
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
      else
        setRow(columns, i, one, {
          steps: this.#addresses[row]!.steps,
          type: this.points[row].type,
          nowMs,
          texts: this.#texts.get(row),
        });
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
