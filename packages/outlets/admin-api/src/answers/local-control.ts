import type {
  About,
  BrowsedPage,
  DevicePlan,
  DeviceTest,
  Driver,
  DriverCurves,
  DriverDetail,
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
import type { AlarmActs, AlarmBook } from '@fieldwarden/alarms';
import type { AuditLog } from '@fieldwarden/audit';
import type { Catalogue } from '@fieldwarden/config';
import { GatewayError, statusName, type Clock } from '@fieldwarden/core';
import type { DriverAction, DriverState, LogRecord, Origin } from '@fieldwarden/gateway-contract';
import type { Generations, PlantTextEdit } from '@fieldwarden/generations';
import type { DriverInstance } from '@fieldwarden/instances';
import type { EventLog, Logging } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import type { DeskBoard } from '@fieldwarden/service';
import type { Supervisor } from '@fieldwarden/supervisor';
import type { TagStore, WriteRequests } from '@fieldwarden/tags';
import type { TagTrends } from '@fieldwarden/trends';
import type { AlarmControl } from '../control/alarm-control.js';
import type { AuditControl } from '../control/audit-control.js';
import type { CertificateControl } from '../control/certificate-control.js';
import type { ConfigControl } from '../control/config-control.js';
import type { DeviceControl } from '../control/device-control.js';
import type { BrowseQuery, GatewayControl, TagFeed, TagQuery } from '../control/gateway-control.js';
import type { HistoryControl } from '../control/history-control.js';
import type { ServiceControl } from '../control/service-control.js';
import type { UpkeepControl } from '../control/upkeep-control.js';
import { describeDriver, describeDriverWithNotes } from '../views/driver-view.js';
import { statusFields } from '../views/service-view.js';
import { LocalAbout, type Installation } from './about/local-about.js';
import { configStatus } from './configuration/config-answers.js';
import { LocalConfig, type TagImporter } from './configuration/local-config.js';
import { LocalDevices } from './devices/local-devices.js';
import { CurveRecorder } from './drivers/curve-recorder.js';
import { driverActions } from './drivers/driver-actions.js';
import { browseDevice, testDevices } from './drivers/driver-checks.js';
import { LocalHistory } from './history/local-history.js';
import { LocalAlarms } from './local-alarms.js';
import { LocalAudit } from './local-audit.js';
import { LocalServices } from './local-services.js';
import type { AskedConfiguration, AskedDrivers, AskedStatusBoard } from './running-parts.js';
import { StoreTagFeed } from './tags/tag-feed.js';
import { TagIndex } from './tags/tag-index.js';
import { tagDetail } from './tags/tag-detail.js';
import { isBadTag, tagHistory, tagRow } from './tags/tag-views.js';
import { watchTags } from './tags/tag-watch.js';

/** The running parts of the gateway. */
export interface LocalControlDependencies {
  readonly startedAt: Date;
  readonly uptimeMs: () => number;
  readonly clock: Clock;
  readonly logging: Logging;
  readonly events: EventLog;
  readonly alarms: AlarmBook;
  readonly alarmActs: AlarmActs;
  readonly audit: AuditLog;
  readonly catalogue: Catalogue;
  readonly edit: PlantTextEdit;
  readonly importTags: TagImporter;
  readonly configuration: AskedConfiguration;
  readonly generations: Generations;
  readonly store: TagStore;
  readonly supervisor: Pick<Supervisor, 'servicePostMortems' | 'spare'>;
  readonly trends: TagTrends;
  readonly desks: Pick<DeskBoard, 'history' | 'hasHistory'>;
  readonly writes: WriteRequests;
  readonly drivers: AskedDrivers;
  readonly board: AskedStatusBoard;
  readonly services: RunningServices;
  readonly certificates: CertificateControl;
  readonly upkeep: UpkeepControl;
  readonly installation: Installation;
  readonly healthPort: number;
  /** Begins the graceful stop of the gateway. */
  readonly shutdown: () => void;
}

/** More folders with Bad tags than anybody unfolds. */
const maxBadFolders = 10_000;

/** What the Admin API asks for, answered by the running gateway. */
export class LocalControl implements GatewayControl, Disposable {
  readonly config: ConfigControl;
  readonly alarms: AlarmControl;
  readonly audit: AuditControl;
  readonly devices: DeviceControl;
  readonly past: HistoryControl;
  readonly services: ServiceControl;
  readonly certificates: CertificateControl;
  readonly upkeep: UpkeepControl;
  readonly events: EventLog;
  readonly #deps: LocalControlDependencies;
  readonly #about: LocalAbout;
  readonly #index: TagIndex;
  readonly #curves: CurveRecorder;

  constructor(deps: LocalControlDependencies) {
    const {
      installation,
      healthPort,
      store,
      clock,
      catalogue,
      edit,
      importTags,
      generations,
      services,
      supervisor,
      logging,
    } = deps;
    const { logger } = logging;
    const instances = deps.drivers.byId;
    this.#deps = deps;
    this.#about = new LocalAbout({ installation, catalogue, services, supervisor, healthPort });
    this.#index = new TagIndex(store);
    this.#curves = new CurveRecorder(instances, clock, deps.events);
    this.events = deps.events;
    this.upkeep = deps.upkeep;
    this.config = new LocalConfig({ generations, catalogue, edit, importTags });
    this.alarms = new LocalAlarms({ book: deps.alarms, acts: deps.alarmActs });
    this.audit = new LocalAudit(deps.audit);
    this.devices = new LocalDevices({ instances, store, clock, logger });
    const { desks, trends } = deps;
    this.past = new LocalHistory({ desk: desks.history, isKept: () => desks.hasHistory, store, trends, clock });
    this.certificates = deps.certificates;
    this.services = new LocalServices({ services, logs: logging, postMortems: supervisor.servicePostMortems });
  }

  [Symbol.dispose](): void {
    this.#curves[Symbol.dispose]();
    this.#index[Symbol.dispose]();
  }

  status(): Status {
    const { installation, startedAt, uptimeMs, configuration, generations, drivers, store, board, services } =
      this.#deps;
    const { generation, usingStaleConfig, authority } = configuration.facts();
    return {
      schema: 'fieldwarden/status@1',
      version: installation.version,
      site: configuration.site,
      generation,
      usingStaleConfig,
      authority,
      config: configStatus(generations.state, drivers.configuration.rolledBack),
      startedAt: startedAt.toISOString(),
      uptimeMs: Math.round(uptimeMs()),
      pid: process.pid,
      drivers: countStates([...drivers.byId.values()]),
      services: countStates(services.facts()),
      tags: { total: store.plantSize, ...store.quality(), valuesPerSecond: board.valuesPerSecond },
      ...statusFields(services),
    };
  }

  drivers(): readonly Driver[] {
    return [...this.#deps.drivers.byId.values()].map(describeDriver);
  }

  driver(id: string): DriverDetail | undefined {
    const instance = this.#deps.drivers.byId.get(id);
    return instance && describeDriverWithNotes(instance);
  }

  hosts(): readonly HostRow[] {
    return this.#deps.board.rows();
  }

  async postMortems(driverId: string): Promise<readonly PostMortemSummary[]> {
    const found = await this.#deps.drivers.postMortems.list(driverId);
    return found.map(({ postMortemId, ...summary }) => ({ id: postMortemId, ...summary }));
  }

  async postMortem(driverId: string, id: string): Promise<PostMortem | undefined> {
    const found = await this.#deps.drivers.postMortems.read(driverId, id);
    return found && { id, ...found };
  }

  async operate(id: string, action: DriverAction, correlationId: string): Promise<Driver> {
    const instance = this.#instance(id);
    this.#deps.logging.logger.info(`${action} of driver ${id} asked for`, { driverId: id, correlationId });
    await driverActions[action](instance);
    await instance.settled();
    return describeDriver(instance);
  }

  async plan(id: string): Promise<readonly DevicePlan[]> {
    return await this.#instance(id).describePlans();
  }

  async testDevices(id: string, correlationId: string): Promise<readonly DeviceTest[]> {
    return await testDevices(this.#instance(id), correlationId, this.#deps.uptimeMs);
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

  tags({ prefix = '', cursor, limit, onlyBad = false, driverId }: TagQuery): TagPage {
    const { store } = this.#deps;
    const isWanted = (handle: number): boolean =>
      (!onlyBad || isBadTag(store, handle, prefix)) &&
      (driverId === undefined || store.terms(handle)?.driverId === driverId);
    const wanted = onlyBad || driverId !== undefined ? isWanted : undefined;
    const { paths, total, nextCursor } = this.#index.page({ prefix, after: cursor, limit, wanted });
    const tags = paths.map((path) => this.tagValue(path)).filter((row) => row !== undefined);
    return { schema: 'fieldwarden/tags@1', tags, total, nextCursor };
  }

  tagValue(path: string): TagRow | undefined {
    const { store } = this.#deps;
    const handle = store.handleOf(path);
    return handle === undefined ? undefined : tagRow(store, handle);
  }

  tagDetail(path: string): TagDetail | undefined {
    const { store, drivers, configuration } = this.#deps;
    const row = this.tagValue(path);
    const definition = row && store.definition(store.handleOf(path)!);
    if (!definition) return undefined;
    const instance = definition.driverId === null ? undefined : drivers.byId.get(definition.driverId);
    return tagDetail({ row, definition, instance, site: configuration.site });
  }

  badFolders(): TagFolders['folders'] {
    const { store } = this.#deps;
    const folders = this.#index.folders((handle) => isBadTag(store, handle, ''), maxBadFolders);
    return [...folders].map(([folder, bad]) => ({ folder, bad }));
  }

  async writeTag(path: string, value: unknown, origin: Origin): Promise<TagWriteOutcome> {
    const isOfDevice = this.tagValue(path)?.driverId !== null;
    const { outcome, status, message } = await this.#deps.writes.writePath(path, value, origin);
    const confirmedBy = isOfDevice ? 'device' : 'gateway';
    return {
      path,
      outcome,
      status: statusName(status),
      ...(outcome === 'done' && { confirmedBy }),
      ...(message !== undefined && { message }),
    };
  }

  logs(driverId: string | undefined, lines: number): readonly LogRecord[] {
    return this.#deps.logging.recent(driverId, lines);
  }

  followLogs(driverId: string | undefined, listener: (record: LogRecord) => void): Disposable {
    return this.#deps.logging.subscribe((record) => {
      if (driverId === undefined || record.driverId === driverId) listener(record);
    });
  }

  watchTags(paths: readonly string[], listener: (value: TagValueShape) => void): Disposable {
    return watchTags(this.#deps.store, paths, listener);
  }

  openTagFeed(wake: () => void): TagFeed {
    return new StoreTagFeed(this.#deps.store, wake);
  }

  about(adminPort: number): Promise<About> {
    return this.#about.answer(adminPort);
  }

  curves(driverId: string): DriverCurves | undefined {
    return this.#curves.of(driverId);
  }

  history(path: string, fromMs: number, toMs: number): TagHistory | undefined {
    const { store, trends } = this.#deps;
    const trend = trends.history(path, fromMs, toMs);
    const definition = trend && store.definition(store.handleOf(path)!);
    return definition && tagHistory(definition, trend);
  }

  shutdown(): void {
    this.#deps.shutdown();
  }

  #instance(id: string): DriverInstance {
    const instance = this.#deps.drivers.byId.get(id);
    if (instance) return instance;
    throw new GatewayError({ code: 'DRIVER_UNKNOWN', kind: 'config', message: `no driver has the id ${id}` });
  }
}

function countStates(all: readonly { readonly state: DriverState }[]): Status['drivers'] {
  const byState: Partial<Record<DriverState, number>> = {};
  for (const { state } of all) byState[state] = (byState[state] ?? 0) + 1;
  return { total: all.length, byState };
}
