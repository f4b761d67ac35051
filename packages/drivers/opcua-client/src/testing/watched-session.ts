import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  silentLogger,
  statusName,
  systemClock,
  type DataType,
  type GatewayError,
  type Logger,
  type TagValue,
} from '@fieldwarden/core';
import type { Point, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { temporaryDirectory, testBelongings, testCall, waitFor } from '@fieldwarden/testkit';
import type { z } from 'zod';
import { opcUaOptions } from '../options.js';
import { OpcUaSession } from '../session.js';
import { serverUri } from './ua-test-server.js';

/** What a point showed: its value, or the name of a status that is not Good. */
export type Shown = TagValue | string;

export const quick = {
  securityMode: 'None',
  keepAliveMs: 200,
  connectTimeoutMs: 2_000,
  reconnect: { initialMs: 50, maxMs: 100 },
} as const;

export function node(signal: string, type: DataType = { scalar: 'float64' }, rest: Partial<Point> = {}): Point {
  return { path: `test/${signal}`, address: `nsu=${serverUri};s=${signal}`, type, samplingIntervalMs: 50, ...rest };
}

/** A session with one subscription, and all that its runtime would have been told. */
export class WatchedSession implements UpdateSink, AsyncDisposable {
  readonly session: OpcUaSession;
  /** Folder of its certificates; the stores lie in it, too. */
  readonly folder: string;
  /** As it stands, by point. */
  readonly shown: Shown[] = [];
  /** In the order in which they came. */
  readonly failures: GatewayError[] = [];
  /** All that each point showed, in order. */
  readonly told: Shown[][] = [];
  points: readonly Point[] = [];
  readonly #cleanup: AsyncDisposableStack;

  private constructor(session: OpcUaSession, folder: string, cleanup: AsyncDisposableStack) {
    this.session = session;
    this.folder = folder;
    this.#cleanup = cleanup;
  }

  static async open(
    options: z.input<typeof opcUaOptions>,
    { logger = silentLogger }: { readonly logger?: Logger } = {},
  ): Promise<WatchedSession> {
    await using cleanup = new AsyncDisposableStack();
    const { path } = cleanup.use(await temporaryDirectory('fieldwarden-ua-client-'));
    const session = new OpcUaSession({
      driverId: 'test',
      options: opcUaOptions.parse({ ...quick, ...options }),
      devices: [{ id: 'machine', options: {} }],
      clock: systemClock,
      logger,
      random: Math.random,
      ...testBelongings(path),
    });
    cleanup.defer(() => session.close());
    await session.open();
    return new WatchedSession(session, path, cleanup.move());
  }

  async watch(points: readonly Point[]): Promise<this> {
    this.points = points;
    for (const [row] of points.entries()) this.told[row] = [];
    await this.session.subscribe!('machine', points, this, testCall({ timeoutMs: 10_000 }));
    return this;
  }

  push({ length, rows, columns }: UpdateBatch): void {
    for (let i = 0; i < length; i += 1) {
      const row = rows[i];
      const isGood = columns.statuses[i] >>> 30 === 0;
      const { scalar, arrayLength } = this.points[row].type;
      const number = scalar === 'bool' ? columns.values[i] === 1 : columns.values[i];
      const isObject = arrayLength !== undefined || ['string', 'bytes', 'int64', 'uint64'].includes(scalar);
      this.shown[row] = !isGood ? statusName(columns.statuses[i]) : isObject ? columns.objects!.get(i)! : number;
      this.told[row].push(this.shown[row]);
    }
  }

  fail(error: GatewayError): void {
    this.failures.push(error);
    this.shown.fill('failed');
    for (const told of this.told) told.push('failed');
  }

  async shows(...expected: readonly Shown[]): Promise<void> {
    const wanted = expected.map((one) => JSON.stringify(one, digits));
    await waitFor(
      () => {
        const shown = wanted.map((_, row) => JSON.stringify(this.shown[row], digits));
        if (wanted.every((one, row) => one === shown[row])) return true;
        throw new Error(`it is ${shown.join(', ')} (${this.failures.at(-1)?.message})`);
      },
      { what: wanted.join(', '), timeoutMs: 30_000 },
    );
  }

  async fails(what: RegExp = /./): Promise<GatewayError> {
    return await waitFor(
      () => {
        const found = this.failures.find(({ message }) => what.test(message));
        if (found) return found;
        throw new Error(`there were ${this.failures.map(({ message }) => message).join(' | ')}`);
      },
      { what: `a failure ${what}`, timeoutMs: 30_000 },
    );
  }

  /** As `fieldwarden certs trust` does it, for all that were refused. */
  async trust(): Promise<void> {
    const trusted = join(this.folder, 'trusted', 'certs');
    await mkdir(trusted, { recursive: true });
    const rejected = join(this.folder, 'rejected');
    for (const name of await readdir(rejected)) await rename(join(rejected, name), join(trusted, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
