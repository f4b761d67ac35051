import type {
  AlarmControl,
  BrowseQuery,
  ConfigControl,
  DeviceControl,
  GatewayControl,
  ServiceControl,
  TagFeed,
  TagQuery,
} from '@fieldwarden/admin-api';
import type {
  About,
  BrowsedPage,
  ConfigStatus,
  DevicePlan,
  DeviceTest,
  Driver,
  DriverCurves,
  DriverDetail,
  HostRow,
  PostMortem,
  PostMortemSummary,
  Status,
  TagHistory,
  TagPage,
  TagRow,
  TagValueShape,
  TagWriteOutcome,
} from '@fieldwarden/admin-contract';
import type { DriverAction, DriverState, LogRecord, WriteOrigin } from '@fieldwarden/gateway-contract';
import { GatewayError, statusName, type Logger } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import type { EventLog } from '@fieldwarden/observe';
import type { PostMortemStore } from '@fieldwarden/supervisor';
import type { RunningServices } from '@fieldwarden/services';
import type { TagStore, WriteRequests } from '@fieldwarden/tags';
import type { TagTrends } from '@fieldwarden/trends';
import { browseDevice, testDevices } from './driver-checks.js';
import type { ConfigurationFacts } from '../status/gateway-facts.js';
import { describeDriver, describeDriverDetail } from '../status/driver-view.js';
import type { CurveRecorder } from '../status/curve-recorder.js';
import { StoreTagFeed } from './tag-feed.js';
import type { TagIndex } from './tag-index.js';
import { statusFields } from '../services/service-views.js';
import { tagHistory, tagRow } from './tag-views.js';
import { watchTags } from './tag-watch.js';

/** The part of the log that clients may look at. */
export interface LogView {
  recent(driverId: string | undefined, lines: number): readonly LogRecord[];
  subscribe(listener: (record: LogRecord) => void): Disposable;
}

export interface LocalControlParts {
  readonly version: string;
  readonly site: string;
  readonly startedAt: Date;
  readonly uptimeMs: () => number;
  readonly config: ConfigControl;
  readonly alarms: AlarmControl;
  readonly devices: DeviceControl;
  readonly configuration: () => ConfigurationFacts;
  readonly configStatus: () => ConfigStatus | undefined;
  readonly rows: () => readonly HostRow[];
  readonly valuesPerSecond: () => number;
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly store: TagStore;
  readonly index: TagIndex;
  readonly writes: WriteRequests;
  readonly events: EventLog;
  readonly logs: LogView;
  readonly logger: Logger;
  readonly postMortems: Pick<PostMortemStore, 'list' | 'read'>;
  readonly services: RunningServices;
  readonly serviceControl: ServiceControl;
  readonly trends: TagTrends;
  readonly curves: CurveRecorder;
  readonly about: () => Promise<About>;
  readonly shutdown: () => void;
}

const operations: Readonly<Record<DriverAction, (instance: DriverInstance) => Promise<void>>> = {
  start: (instance) => instance.start(),
  stop: (instance) => instance.stop(),
  restart: (instance) => instance.restart(),
  reset: (instance) => instance.reset(),
  recycle: (instance) => instance.recycle(),
  promote: (instance) => instance.promote(),
  demote: (instance) => instance.demote(),
  reinitialize: async (instance) => {
    if (!(await instance.reinitialize())) throw cannotReinitialize(instance.id);
  },
};

/** What the Admin API asks for, answered by the running gateway. */
export class LocalControl implements GatewayControl {
  readonly config: ConfigControl;
  readonly alarms: AlarmControl;
  readonly devices: DeviceControl;
  readonly services: ServiceControl;
  readonly events: EventLog;
  readonly #parts: LocalControlParts;

  constructor(parts: LocalControlParts) {
    this.#parts = parts;
    this.events = parts.events;
    this.config = parts.config;
    this.alarms = parts.alarms;
    this.devices = parts.devices;
    this.services = parts.serviceControl;
  }

  status(): Status {
    const { version, site, startedAt, uptimeMs, configuration, configStatus, store, services } = this.#parts;
    const config = configStatus();
    const { generation, usingStaleConfig, authority } = configuration();
    const states = [...this.#parts.instances.values()].map(({ state }) => state);
    const byState: Partial<Record<DriverState, number>> = {};
    for (const state of states) byState[state] = (byState[state] ?? 0) + 1;
    return {
      schema: 'fieldwarden/status@1',
      version,
      site,
      generation,
      usingStaleConfig,
      authority,
      ...(config && { config }),
      startedAt: startedAt.toISOString(),
      uptimeMs: Math.round(uptimeMs()),
      pid: process.pid,
      drivers: { total: states.length, byState },
      tags: { total: store.plantSize, ...store.quality(), valuesPerSecond: this.#parts.valuesPerSecond() },
      mqtt: null,
      ...statusFields(services),
    };
  }

  drivers(): readonly Driver[] {
    return [...this.#parts.instances.values()].map(describeDriver);
  }

  driver(id: string): DriverDetail | undefined {
    const instance = this.#parts.instances.get(id);
    return instance && describeDriverDetail(instance);
  }

  hosts(): readonly HostRow[] {
    return this.#parts.rows();
  }

  async postMortems(driverId: string): Promise<readonly PostMortemSummary[]> {
    const found = await this.#parts.postMortems.list(driverId);
    return found.map(({ postMortemId, ...summary }) => ({ id: postMortemId, ...summary }));
  }

  async postMortem(driverId: string, id: string): Promise<PostMortem | undefined> {
    const found = await this.#parts.postMortems.read(driverId, id);
    return found && { id, ...found };
  }

  async operate(id: string, action: DriverAction, correlationId: string): Promise<Driver> {
    const instance = this.#instance(id);
    this.#parts.logger.info(`${action} of driver ${id} asked for`, { driverId: id, correlationId });
    await operations[action](instance);
    await instance.settled();
    return describeDriver(instance);
  }

  async plan(id: string): Promise<readonly DevicePlan[]> {
    return await this.#instance(id).describePlans();
  }

  async testDevices(id: string, correlationId: string): Promise<readonly DeviceTest[]> {
    return await testDevices(this.#instance(id), correlationId, this.#parts.uptimeMs);
  }

  async browse(
    id: string,
    device: string,
    { node, search, cursor, limit }: BrowseQuery,
    correlationId: string,
  ): Promise<BrowsedPage> {
    const query = { parent: node, text: search, cursor, limit };
    return await browseDevice(this.#instance(id), device, query, correlationId);
  }

  tags({ prefix = '', cursor, limit }: TagQuery): TagPage {
    const { paths, total, nextCursor } = this.#parts.index.page(prefix, cursor, limit);
    const tags = paths.map((path) => this.tagValue(path)).filter((row) => row !== undefined);
    return { schema: 'fieldwarden/tags@1', tags, total, nextCursor };
  }

  tagValue(path: string): TagRow | undefined {
    const { store } = this.#parts;
    const handle = store.handleOf(path);
    return handle === undefined ? undefined : tagRow(store, handle);
  }

  async writeTag(path: string, value: unknown, origin: WriteOrigin): Promise<TagWriteOutcome> {
    const { outcome, status, message } = await this.#parts.writes.writePath(path, value, origin);
    return { path, outcome, status: statusName(status), ...(message !== undefined && { message }) };
  }

  logs(driverId: string | undefined, lines: number): readonly LogRecord[] {
    return this.#parts.logs.recent(driverId, lines);
  }

  followLogs(driverId: string | undefined, listener: (record: LogRecord) => void): Disposable {
    return this.#parts.logs.subscribe((record) => {
      if (driverId === undefined || record.driverId === driverId) listener(record);
    });
  }

  watchTags(paths: readonly string[], listener: (value: TagValueShape) => void): Disposable {
    return watchTags(this.#parts.store, paths, listener);
  }

  openTagFeed(wake: () => void): TagFeed {
    return new StoreTagFeed(this.#parts.store, wake);
  }

  about(): Promise<About> {
    return this.#parts.about();
  }

  curves(driverId: string): DriverCurves | undefined {
    return this.#parts.curves.of(driverId);
  }

  history(path: string, fromMs: number, toMs: number): TagHistory | undefined {
    const { store, trends } = this.#parts;
    const trend = trends.history(path, fromMs, toMs);
    const definition = trend && store.definition(store.handleOf(path)!);
    return definition && tagHistory(definition, trend);
  }

  shutdown(): void {
    this.#parts.shutdown();
  }

  #instance(id: string): DriverInstance {
    const instance = this.#parts.instances.get(id);
    if (instance) return instance;
    throw new GatewayError({ code: 'DRIVER_UNKNOWN', kind: 'config', message: `no driver has the id ${id}` });
  }
}

function cannotReinitialize(driverId: string): GatewayError {
  return new GatewayError({
    code: 'REINITIALIZE_UNSUPPORTED',
    kind: 'unsupported',
    message: `driver ${driverId} cannot make its connections anew within its process`,
  });
}
