import {
  isGood,
  parseDataType,
  statusName,
  systemClock,
  ValueColumns,
  type Clock,
  type DataType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';
import type { CallContext, DriverSession, Point, WriteResult } from '@fieldwarden/driver';
import { S7SimServer, type S7SimOptions } from '@fieldwarden/sim-plc';
import { collectingLogger, testCall, waitFor, type CollectingLogger, testBelongings } from '@fieldwarden/testkit';
import s7Driver from '../driver.js';

/** A driver session and the simulated CPU that it talks to, for the tests of this package. */
export interface TestRig extends AsyncDisposable {
  readonly plc: S7SimServer;
  readonly session: DriverSession;
  readonly logger: CollectingLogger;
  /** One value per point, or the name of its status where that is not Good. */
  read(points: readonly Point[], call?: CallContext): Promise<readonly unknown[]>;
  /** Reads again and again until all rows are Good. */
  readGood(points: readonly Point[]): Promise<readonly unknown[]>;
  write(items: readonly (readonly [Point, unknown])[], call?: CallContext): Promise<readonly WriteResult[]>;
}

export async function openRig(
  plcOptions: S7SimOptions = {},
  driverOptions: object = {},
  clock: Clock = systemClock,
): Promise<TestRig> {
  const plc = await S7SimServer.listen(plcOptions);
  const rig = openSession(plc.port, driverOptions, clock);
  return {
    ...rig,
    plc,
    async [Symbol.asyncDispose]() {
      await rig.session.close();
      await plc.close();
    },
  };
}

/** A session with whatever listens on `port`. */
export function openSession(
  port: number,
  driverOptions: object = {},
  clock: Clock = systemClock,
): Omit<TestRig, 'plc' | typeof Symbol.asyncDispose> {
  const logger = collectingLogger();
  const options = {
    host: '127.0.0.1',
    port,
    timeoutMs: 500,
    reconnect: { initialMs: 10, maxMs: 50 },
    ...driverOptions,
  };
  const session: DriverSession = s7Driver.create({
    ...testBelongings(),
    driverId: 'test',
    options: s7Driver.options.parse(options),
    devices: [{ id: 'cpu', options: {} }],
    clock,
    logger,
    random: Math.random,
  });
  const read = (points: readonly Point[], call = testCall({ clock })): Promise<readonly unknown[]> =>
    readPoints(session, points, call);
  return {
    session,
    logger,
    read,
    readGood: (points) =>
      waitFor(async () => allGood(await read(points)), { what: 'a read that succeeds', intervalMs: 10 }),
    write: (items, call = testCall({ clock })) =>
      session.write!('cpu', items.map(([point, value]) => ({ point, value: value as TagValue })), call), // prettier-ignore
  };
}

async function readPoints(session: DriverSession, points: readonly Point[], call: CallContext): Promise<unknown[]> {
  const columns = new ValueColumns(points.length);
  columns.statuses.fill(0xdead_beef);
  await session.read!(session.prepareRead!('cpu', points), columns, call);
  return points.map((point, row) => cellOf(columns, row, point));
}

function cellOf(columns: ValueColumns, row: number, { type }: Point): unknown {
  if (!isGood(columns.statuses[row])) return new BadCell(statusName(columns.statuses[row]));
  const value: TagValue = columns.objects?.get(row) ?? columns.values[row];
  return type.scalar === 'bool' && type.arrayLength === undefined ? (value as ScalarValue) === 1 : value;
}

/** Stands for a row that is not Good. */
export class BadCell {
  readonly status: string;

  constructor(status: string) {
    this.status = status;
  }
}

export function bad(status: string): BadCell {
  return new BadCell(status);
}

function allGood(cells: readonly unknown[]): readonly unknown[] | false {
  return cells.every((cell) => !(cell instanceof BadCell)) && cells;
}

export function point(address: string, type: string): Point {
  return { path: `test/${address}`, address, type: parseDataType(type) as DataType };
}

/** `count` REALs of DB1, `strideBytes` apart. */
export function reals(count: number, strideBytes = 4): Point[] {
  return Array.from({ length: count }, (_, i) => point(`DB1.DBD${i * strideBytes}`, 'float32'));
}
