import type {
  About,
  BrowsedNode,
  BrowsedPage,
  DevicePlan,
  DeviceTest,
  Driver,
  DriverCurves,
  DriverDetail,
  HistoryPoint,
  HostRow,
  PostMortem,
  PostMortemSummary,
  Status,
  TagDetail,
  TagFolders,
  TagHistory,
  TagPage,
  TagRow,
  TagValueShape,
  TagWriteOutcome,
} from '@fieldwarden/admin-contract';
import type {
  DriverAction,
  EventGap,
  GatewayEvent,
  LogRecord,
  NewGatewayEvent,
  Origin,
} from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import type { BrowseQuery, GatewayControl, TagFeed, TagQuery } from '../control/gateway-control.js';
import { FakeAlarmControl } from './fake-alarm-control.js';
import { FakeAuditControl } from './fake-audit-control.js';
import { FakeCertificateControl } from './fake-certificate-control.js';
import { FakeConfigControl } from './fake-config-control.js';
import { FakeDeviceControl } from './fake-device-control.js';
import { FakeHistoryControl } from './fake-history-control.js';
import { FakeServiceControl } from './fake-service-control.js';
import { FakeTagFeed } from './fake-tag-feed.js';
import { FakeUpkeepControl } from './fake-upkeep-control.js';
import { about, driverCurves, driverDetail, gatewayStatus, tagDetail, tagRow } from './samples.js';

/** A gateway without a plant: for tests of the Admin API and of its clients. Everything it answers can be set. */
export class FakeGatewayControl implements GatewayControl {
  readonly config = new FakeConfigControl();
  readonly alarms = new FakeAlarmControl();
  readonly audit = new FakeAuditControl();
  readonly devices = new FakeDeviceControl();
  readonly past = new FakeHistoryControl();
  readonly services = new FakeServiceControl();
  readonly certificates = new FakeCertificateControl();
  readonly upkeep = new FakeUpkeepControl();
  readonly driversById = new Map<string, DriverDetail>([['packaging', driverDetail()]]);
  readonly rows = new Map<string, TagRow>(
    ['packaging/filler/setpoint', 'packaging/filler/speed'].map((path) => [path, tagRow(path)]),
  );
  statusNow: Status = gatewayStatus();
  plans: readonly DevicePlan[] = [];
  deviceTests: readonly DeviceTest[] = [];
  /** By the address of the node that they lie under; '' = the top. Without any the driver cannot browse. */
  readonly nodes = new Map<string, readonly BrowsedNode[]>();
  hostRows: readonly HostRow[] = [];
  badFolderRows: TagFolders['folders'] = [];
  /** Of all drivers, newest first. */
  postMortemsKept: readonly PostMortem[] = [];
  aboutNow: About = about();
  curvesKept: DriverCurves = driverCurves();
  /** Of every tag. */
  points: readonly HistoryPoint[] = [];
  readonly records: LogRecord[] = [];
  readonly operations: { id: string; action: DriverAction; correlationId: string }[] = [];
  readonly writes: { path: string; value: unknown; origin: Origin }[] = [];
  shutdowns = 0;
  /** Runs before an action takes effect; may wait or reject. */
  beforeOperation: (id: string, action: DriverAction) => Promise<void> = () => Promise.resolve();
  /** What becomes of a write. */
  answerWrite: (path: string, value: unknown) => Promise<TagWriteOutcome> = (path) =>
    Promise.resolve({ path, outcome: 'done', status: 'Good' });
  /** Runs at `shutdown`. */
  onShutdown: () => void = () => undefined;

  /** One action per driver at a time, in the order in which they came. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #kept: GatewayEvent[] = [];
  readonly #eventListeners = new Set<(event: GatewayEvent) => void>();
  readonly #logListeners = new Set<(record: LogRecord) => void>();
  readonly #tagListeners = new Set<(value: TagValueShape) => void>();
  readonly #feeds = new Set<FakeTagFeed>();

  readonly events = {
    bootId: 'boot-1',
    lastSeq: 0,
    gapAfter: (seq: number): EventGap | undefined =>
      seq > this.#kept.length ? { afterSeq: seq, nextSeq: this.#kept.at(0)?.seq ?? 1, restarted: true } : undefined,
    since: (seq: number): readonly GatewayEvent[] => this.#kept.filter((event) => event.seq > seq),
    subscribe: (listener: (event: GatewayEvent) => void): Disposable => listen(this.#eventListeners, listener),
  };

  /** Batches of values that the streams open now have taken. */
  get taken(): number {
    return [...this.#feeds].reduce((sum, { taken }) => sum + taken, 0);
  }

  /** Listeners of every kind: 0 when every client has gone. */
  get listeners(): number {
    return this.#eventListeners.size + this.#logListeners.size + this.#tagListeners.size + this.#feeds.size;
  }

  /** An event of a driver: of `packaging`, unless it says of which. */
  publish(event: Partial<NewGatewayEvent<'driver' | 'host'>> & { readonly message: string }): void {
    this.happen({ type: 'driver', driverId: 'packaging', ...event });
  }

  /** Any event. */
  happen(event: NewGatewayEvent): void {
    const full: GatewayEvent = { seq: this.#kept.length + 1, at: '2030-01-01T00:00:00.000Z', ...event };
    this.#kept.push(full);
    this.events.lastSeq = full.seq;
    for (const listener of this.#eventListeners) listener(full);
  }

  log(record: Partial<LogRecord> & { readonly message: string }): void {
    const full: LogRecord = { timestamp: '2030-01-01T00:00:00.000Z', level: 'info', ...record };
    this.records.push(full);
    for (const listener of this.#logListeners) listener(full);
  }

  change(path: string, overrides: Partial<TagRow>): void {
    const row = { ...(this.rows.get(path) ?? tagRow(path)), ...overrides };
    this.rows.set(path, row);
    for (const feed of this.#feeds) feed.changed(path);
    for (const listener of this.#tagListeners) listener(row);
  }

  status(): Status {
    return this.statusNow;
  }

  drivers(): readonly Driver[] {
    return [...this.driversById.values()].map(withoutDevices);
  }

  driver(id: string): DriverDetail | undefined {
    return this.driversById.get(id);
  }

  hosts(): readonly HostRow[] {
    return this.hostRows;
  }

  postMortems(driverId: string): Promise<readonly PostMortemSummary[]> {
    return Promise.resolve(this.postMortemsKept.filter((kept) => kept.driverId === driverId).map(summaryOf));
  }

  postMortem(driverId: string, id: string): Promise<PostMortem | undefined> {
    return Promise.resolve(this.postMortemsKept.find((kept) => kept.driverId === driverId && kept.id === id));
  }

  async operate(id: string, action: DriverAction, correlationId: string): Promise<Driver> {
    this.operations.push({ id, action, correlationId });
    const done = (this.#queues.get(id) ?? Promise.resolve()).then(() => this.#carryOut(id, action));
    this.#queues.set(
      id,
      done.catch(() => undefined),
    );
    return await done;
  }

  plan(): Promise<readonly DevicePlan[]> {
    return Promise.resolve(this.plans);
  }

  async testDevices(id: string): Promise<readonly DeviceTest[]> {
    this.#refuseIfStopped(id);
    return this.deviceTests;
  }

  /** The cursor is a position. A search looks everywhere. */
  async browse(
    id: string,
    _device: string,
    { node = '', search, cursor = '0', limit }: BrowseQuery,
  ): Promise<BrowsedPage> {
    this.#refuseIfStopped(id);
    if (this.nodes.size > 0) {
      const all = search === undefined ? (this.nodes.get(node) ?? []) : [...this.nodes.values()].flat();
      const found = all.filter(({ name }) => name.includes(search ?? ''));
      const end = Number(cursor) + limit;
      return { nodes: found.slice(Number(cursor), end), nextCursor: end < found.length ? String(end) : null };
    }
    throw new GatewayError({
      code: 'BROWSE_UNSUPPORTED',
      kind: 'unsupported',
      message: `driver ${id} cannot tell what its devices offer`,
    });
  }

  /** The cursor is the last path of the page before. */
  tags({ prefix = '', limit, cursor = '', onlyBad = false, driverId }: TagQuery): TagPage {
    const rows = [...this.rows.values()].filter(
      (row) =>
        row.path.startsWith(prefix) &&
        (!onlyBad || row.statusCode >>> 30 >= 2) &&
        (driverId === undefined || row.driverId === driverId),
    );
    const all = rows.map(({ path }) => path).sort();
    const rest = all.filter((path) => path > cursor);
    const page = rest.slice(0, limit).map((path) => this.rows.get(path)!);
    const nextCursor = rest.length > limit ? page.at(-1)!.path : null;
    return { schema: 'fieldwarden/tags@1', tags: page, total: all.length, nextCursor };
  }

  tagValue(path: string): TagRow | undefined {
    return this.rows.get(path);
  }

  tagDetail(path: string): TagDetail | undefined {
    const row = this.rows.get(path);
    return row && tagDetail(row);
  }

  badFolders(): TagFolders['folders'] {
    return this.badFolderRows;
  }

  async writeTag(path: string, value: unknown, origin: Origin): Promise<TagWriteOutcome> {
    this.writes.push({ path, value, origin });
    return await this.answerWrite(path, value);
  }

  logs(driverId: string | undefined, lines: number): readonly LogRecord[] {
    const matching = this.records.filter((record) => driverId === undefined || record.driverId === driverId);
    return lines === 0 ? [] : matching.slice(-lines);
  }

  followLogs(driverId: string | undefined, listener: (record: LogRecord) => void): Disposable {
    return listen(this.#logListeners, (record) => {
      if (driverId === undefined || record.driverId === driverId) listener(record);
    });
  }

  watchTags(paths: readonly string[], listener: (value: TagValueShape) => void): Disposable {
    return listen(this.#tagListeners, (value) => {
      if (paths.includes(value.path)) listener(value);
    });
  }

  /** A tag was read again and has the value that it had. */
  readAgain(path: string, sourceAt: string): void {
    for (const feed of this.#feeds) feed.readAgain(path, sourceAt);
  }

  openTagFeed(wake: () => void): TagFeed {
    const feed = new FakeTagFeed(this.rows, wake, () => void this.#feeds.delete(feed));
    this.#feeds.add(feed);
    return feed;
  }

  about(): Promise<About> {
    return Promise.resolve(this.aboutNow);
  }

  curves(driverId: string): DriverCurves | undefined {
    return this.driversById.has(driverId) ? { ...this.curvesKept, driverId } : undefined;
  }

  history(path: string, fromMs: number, toMs: number): TagHistory | undefined {
    if (!this.rows.has(path)) return undefined;
    const points = this.points.filter(({ sourceAt }) => Date.parse(sourceAt) >= fromMs && Date.parse(sourceAt) <= toMs);
    const keptFrom = this.points.at(0)?.sourceAt ?? null;
    return { schema: 'fieldwarden/tag-history@1', path, source: 'memory', keptFrom, points };
  }

  shutdown(): void {
    this.shutdowns += 1;
    this.onShutdown();
  }

  #refuseIfStopped(id: string): void {
    const driver = this.driversById.get(id);
    if (driver?.state === 'Stopped') throw refused('DRIVER_STOPPED', driver, 'is stopped');
  }

  async #carryOut(id: string, action: DriverAction): Promise<Driver> {
    await this.beforeOperation(id, action);
    const driver = afterAction({ ...driverDetail({ id }), ...this.driversById.get(id) }, action);
    this.driversById.set(id, driver);
    return withoutDevices(driver);
  }
}

/** The driver as the gateway would have it then; refused as the gateway would. */
function afterAction(driver: DriverDetail, action: DriverAction): DriverDetail {
  if (action === 'recycle' && driver.isolation === 'in-process') throw refused('NOT_ISOLATED', driver, 'has no Host');
  if (action === 'demote' && driver.tier === 'C') throw refused('TIER_NEEDS_HOST', driver, 'is of tier C');
  if (action === 'promote') return { ...driver, isolation: 'host', pid: 4_711, spawn: 1 };
  if (action === 'demote') return { ...driver, isolation: 'in-process', pid: null, spawn: null };
  return { ...driver, state: action === 'stop' ? 'Stopped' : 'Healthy' };
}

function refused(code: string, { id }: DriverDetail, why: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message: `driver ${id} ${why}` });
}

function summaryOf({
  error: _error,
  stack: _stack,
  stackMissing: _stackMissing,
  logTail: _log,
  operations: _operations,
  memory: _memory,
  ...rest
}: PostMortem): PostMortemSummary {
  return rest;
}

function withoutDevices({ devices: _, ...driver }: DriverDetail): Driver {
  return driver;
}

function listen<T>(listeners: Set<T>, listener: T): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}
