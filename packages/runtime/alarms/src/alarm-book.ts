import {
  GatewayError,
  nothingSecret,
  toGatewayError,
  type Clock,
  type Logger,
  type Redactor,
  type Timer,
} from '@fieldwarden/core';
import type { Alarm, AlarmPriority, AlarmSubject } from '@fieldwarden/gateway-contract';
import type {
  AlarmActAnswer,
  AlarmActName,
  AlarmActRequest,
  AlarmConditions,
  AlarmFeed,
  ServiceAlarms,
} from '@fieldwarden/service';
import { randomUUID } from 'node:crypto';
import type { AlarmMemory } from './alarm-memory.js';
import { AlarmFigures } from './figures/alarm-figures.js';
import type { AlarmStatistics } from './figures/alarm-statistics.js';
import { ConditionTimes } from './condition-times.js';
import { gatewayConditions, type GatewayCondition, type GatewayConditionId } from './gateway-conditions.js';
import type { JournalPage, JournalQuery } from './journal/journal-row.js';
import { journalRows } from './journal/journal-rows.js';
import { PlantConditions } from './plant/plant-conditions.js';
import { RaisedAlarms } from './raised/raised-alarms.js';
import { DeviceAlarms } from './reported/device-alarms.js';
import { reportedAlarm } from './reported/present-alarm.js';
import type { StateAct } from './state/state-input.js';
import type { AlarmChange, AlarmData, AlarmListener, AlarmNotice } from './told/alarm-change.js';

/** How many alarms are kept at a time. */
export interface AlarmLimits {
  /** Raised about one driver with its devices, by one service, or about the gateway itself. */
  readonly perSubject: number;
  /** Raised altogether. */
  readonly raised: number;
  /** Reported by the devices of one driver. */
  readonly reportedPerDriver: number;
}

const defaultLimits: AlarmLimits = { perSubject: 1_000, raised: 10_000, reportedPerDriver: 5_000 };

/** So long after a start, whoever raised an alarm before it has found out whether that is still so. */
const settleMs = 60_000;

/** Rows of the journal that the figures of the last day are taken up from. */
const mostRecalled = 20_000;

/** As for conditions of devices. */
const maxNameLength = 256;

export interface AlarmBookDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memory: AlarmMemory;
  /** Of all that leaves the book. Default: nothing is secret. */
  readonly redactor?: Redactor;
  readonly limits?: Partial<AlarmLimits>;
  /** Names a state, never the same twice. */
  readonly newEventId?: () => string;
  /** Where the tags of a driver or a device are, `packaging/filler`; null: in no area. Default: nothing is known of that. */
  readonly areaOf?: (subject: AlarmSubject) => string | null;
}

/** What the gateway raises; severity and, unless given here, message are those of the condition. */
export interface GatewayAlarm {
  readonly conditionId: GatewayConditionId;
  readonly subject: AlarmSubject;
  readonly message?: string;
  /** More for those who follow; not kept. */
  readonly data?: AlarmData;
}

/** Which condition is meant. */
export interface AlarmName {
  readonly driverId: string | null;
  /** Null: of the gateway, a service or the plant. */
  readonly device: string | null;
  readonly conditionId: string;
}

/** The alarms of the gateway, of its services, of the plant and of devices: raised, judged and cleared by call (SPEC §18.1), kept over restarts. */
export class AlarmBook {
  readonly #deps: AlarmBookDependencies;
  readonly #limits: AlarmLimits;
  readonly #redactor: Redactor;
  readonly #raised: RaisedAlarms;
  readonly #plant: PlantConditions;
  readonly #times: ConditionTimes;
  readonly #figures = new AlarmFigures();
  readonly #reported = new Map<string, DeviceAlarms>();
  /** Drivers that are configured, with the devices that they began with. */
  readonly #present = new Map<string, ReadonlySet<string>>();
  readonly #listeners = new Set<AlarmListener>();
  /** Of drivers that are no more. */
  readonly #former = { lost: 0, leftOut: 0 };
  #settling: Timer | undefined;
  #closed = false;
  #generation: number | null = null;

  constructor(deps: AlarmBookDependencies) {
    this.#deps = deps;
    this.#limits = { ...defaultLimits, ...deps.limits };
    this.#redactor = deps.redactor ?? nothingSecret;
    const { perSubject, raised: total } = this.#limits;
    const { clock, newEventId = randomUUID } = deps;
    this.#raised = new RaisedAlarms({ clock, newEventId, limits: { perSubject, total }, ...this.#ties });
    this.#plant = new PlantConditions({ clock, newEventId, ...this.#ties });
    this.#times = new ConditionTimes({ clock, parts: [this.#raised, this.#plant] });
  }

  /** Everything of interest, the most urgent first, then the newest; with `all` also what is normal. */
  list({ all = false }: { readonly all?: boolean } = {}): readonly Alarm[] {
    return this.#redactor.redactValue(this.#rows.filter(({ retain }) => all || retain).sort(byUrgency));
  }

  /** As it is now, also when it is normal; a device's only while it reports it. */
  find(name: AlarmName): Alarm | undefined {
    const { driverId, device, conditionId } = name;
    if (device === null || driverId === null) return this.#entry(name)?.alarm;
    const known = this.#reported.get(driverId)?.find(device, conditionId);
    return known && reportedAlarm(driverId, known, this.#ties.areaOf({ driverId, device }));
  }

  /** Events that were lost between devices and here. */
  get lost(): number {
    return [...this.#reported.values()].reduce((sum, { lost }) => sum + lost, this.#former.lost);
  }

  /** Times that an alarm found no room. */
  get leftOut(): number {
    const before = this.#former.leftOut + this.#raised.leftOut;
    return [...this.#reported.values()].reduce((sum, { leftOut }) => sum + leftOut, before);
  }

  /** Whether the gateway has this alarm, and it is not over. */
  isActive(conditionId: GatewayConditionId, { driverId = null }: { readonly driverId?: string | null } = {}): boolean {
    return this.#raised.find(driverId, conditionId)?.alarm.active ?? false;
  }

  /** Idempotent: what is raised already gets this text, and is no new alarm. */
  raise({ conditionId, subject, message, data }: GatewayAlarm): void {
    const { severity, text, remedy, momentary }: GatewayCondition = gatewayConditions[conditionId];
    const says = { severity, message: message ?? text, response: remedy };
    this.#raised.raise({ conditionId, subject, ...says, momentary, data });
  }

  /** Without effect on what is not raised. `message`: why it is over. */
  clear(conditionId: GatewayConditionId, subject: AlarmSubject, message?: string): void {
    const { severity } = gatewayConditions[conditionId];
    this.#raised.clear({ conditionId, subject, severity, message });
  }

  /** What a person does about a condition that the book keeps itself; a device's is acknowledged by the device. Throws `ALARM_UNKNOWN`. */
  act(request: AlarmActRequest, by?: string): AlarmActAnswer & { readonly outcome: 'done' | 'rejected' } {
    const { driverId, conditionId, act, eventId, comment } = request;
    const entry = this.#entry(request);
    if (!entry) throw unknownAlarm(conditionId);
    if ((eventId ?? entry.alarm.eventId) !== entry.alarm.eventId) return rejected('BadEventIdUnknown');
    const part = this.#raised.find(driverId, conditionId) === entry ? this.#raised : this.#plant;
    const input = { type: 'act', act: stateAct(act, request.forMs), atMs: this.#deps.clock.wallMs() } as const;
    const note = comment === '' ? undefined : comment;
    const { status, transitions } = part.input(entry, input, { comment: note ?? null }, { by, note });
    if (transitions.length === 0) return rejected(status);
    this.#times.look();
    return { outcome: 'done', status };
  }

  /** What a person said about an alarm of a device: it stands in the journal. */
  remark(name: AlarmName, remarks: Pick<AlarmChange, 'by' | 'note'>): void {
    const alarm = this.find(name);
    if (!alarm) throw unknownAlarm(name.conditionId);
    const subject = { driverId: alarm.driverId ?? undefined, device: alarm.device ?? undefined };
    const message = `${alarm.message}: commented`;
    this.#ties.tell({ type: 'alarm', transition: 'comment', subject, alarm, message, ...remarks });
  }

  /** The subject is no more. Of a driver or a device nothing is left; of a service, what nobody has seen. */
  end(subject: AlarmSubject): void {
    this.#raised.end(subject);
    const { driverId, device, serviceId } = subject;
    if (serviceId !== undefined) this.#plant.end(serviceId);
    if (driverId === undefined) return;
    const reported = this.#reported.get(driverId);
    const devices = device === undefined ? reported?.alarms.map(({ deviceId }) => deviceId) : [device];
    for (const deviceId of new Set(devices)) reported?.remove(deviceId);
    if (device === undefined) this.#dropDriver(driverId);
  }

  /** What one service raises and clears. */
  alarmsOf(serviceId: string): ServiceAlarms {
    const subject = { serviceId };
    return {
      raise: ({ conditionId, severity, message }) =>
        this.#raised.raise({ conditionId: nameOf(conditionId), subject, severity, message }),
      clear: (conditionId) => this.#raised.clear({ conditionId: nameOf(conditionId), subject, severity: 0 }),
    };
  }

  /** Where one run of a service judges the conditions of the plant; what they were stays when it is disposed. */
  conditionsOf(serviceId: string): AlarmConditions & Disposable {
    return this.#plant.conditionsOf(serviceId);
  }

  /** For services that show alarms to others. */
  readonly feed: AlarmFeed = {
    follow: (listener) => {
      const following = this.follow((news) => (news.type === 'alarm' ? listener(news.alarm) : undefined));
      for (const alarm of this.list()) listener(alarm);
      return following;
    },
  };

  /** Where the devices of a driver report. They are these now. */
  ofDriver(driverId: string, deviceIds: readonly string[]): DeviceAlarms {
    this.#present.set(driverId, new Set(deviceIds));
    const alarms = this.#driver(driverId);
    alarms.configured(deviceIds);
    return alarms;
  }

  /** Every transition of every alarm. */
  async journal(query: JournalQuery): Promise<JournalPage> {
    return await this.#deps.memory.page(query);
  }

  /** How this can be lived with. */
  statistics(): AlarmStatistics {
    return this.#redactor.redactValue(this.#figures.statistics(this.#rows, this.#deps.clock.wallMs()));
  }

  /** For meters: since the start, by priority; in the last ten minutes, by area. */
  activations(): {
    readonly activations: ReadonlyMap<AlarmPriority, number>;
    readonly byArea: ReadonlyMap<string, number>;
  } {
    const { activations } = this.#figures;
    return { activations, byArea: this.#figures.byArea(this.#deps.clock.wallMs()) };
  }

  /** Which configuration runs, for the journal. */
  runs(generation: number | null): void {
    this.#generation = generation;
  }

  /** Called with every change, in the tick in which it is made. A listener that throws is logged. */
  follow(listener: AlarmListener): Disposable {
    const own: AlarmListener = (news) => listener(news);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** What was there before the start. Once, before anything is raised. A memory that does not open costs the memory. */
  async restore(): Promise<void> {
    try {
      for (const kept of await this.#deps.memory.load()) {
        if (kept.type === 'raised') this.#raised.restore(kept);
        else if (kept.type === 'plant') this.#plant.restore(kept);
        else this.#driver(kept.driverId).restore(kept.deviceId, kept.event);
      }
      await this.#recall();
    } catch (error) {
      this.#deps.logger.error(`alarms begin anew: ${toGatewayError(error).message}`);
    }
    this.#times.look();
    this.#settling = this.#deps.clock.setTimer(() => this.#settle(), settleMs);
    this.#settling.unref();
  }

  /** Everything so far is on disk, or has failed to get there. */
  async kept(): Promise<void> {
    try {
      await this.#deps.memory.settled();
    } catch (error) {
      this.#deps.logger.error(`alarms could not be kept: ${toGatewayError(error).message}`);
    }
  }

  /** From now on nothing is kept: that all drivers stop with the gateway ends no alarm. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#settling?.[Symbol.dispose]();
    this.#times[Symbol.dispose]();
    await this.kept();
  }

  /** Figures are about the last day. */
  async #recall(): Promise<void> {
    const fromMs = this.#deps.clock.wallMs() - 86_400_000;
    const { rows } = await this.#deps.memory.page({ fromMs, limit: mostRecalled });
    for (const row of rows.toReversed()) this.#figures.recall(row);
  }

  #settle(): void {
    this.#raised.settle((subject) => this.#isThere(subject));
    this.#plant.settle();
    for (const [driverId, alarms] of this.#reported) {
      if (this.#present.has(driverId)) continue;
      alarms.configured([]);
      this.#dropDriver(driverId);
    }
  }

  /** In no order. */
  get #rows(): readonly Alarm[] {
    const { areaOf } = this.#ties;
    const reported = [...this.#reported].flatMap(([id, { alarms }]) =>
      alarms.map((alarm) => reportedAlarm(id, alarm, areaOf({ driverId: id, device: alarm.deviceId }))),
    );
    return [...this.#raised.alarms, ...this.#plant.alarms, ...reported];
  }

  #entry({ driverId, device, conditionId }: AlarmName): ReturnType<RaisedAlarms['find']> {
    if (device !== null) return undefined;
    return this.#raised.find(driverId, conditionId) ?? (driverId === null ? this.#plant.find(conditionId) : undefined);
  }

  #isThere({ driverId, device }: AlarmSubject): boolean {
    if (driverId === undefined) return true;
    const devices = this.#present.get(driverId);
    return devices !== undefined && (device === undefined || devices.has(device));
  }

  #driver(driverId: string): DeviceAlarms {
    let alarms = this.#reported.get(driverId);
    if (alarms) return alarms;
    alarms = new DeviceAlarms({ driverId, capacity: this.#limits.reportedPerDriver, ...this.#ties });
    this.#reported.set(driverId, alarms);
    return alarms;
  }

  #dropDriver(driverId: string): void {
    const alarms = this.#reported.get(driverId);
    this.#present.delete(driverId);
    if (!alarms || !this.#reported.delete(driverId)) return;
    this.#former.lost += alarms.lost;
    this.#former.leftOut += alarms.leftOut;
  }

  /** How the parts of the book reach what is outside. */
  get #ties(): {
    readonly areaOf: (subject: AlarmSubject) => string | null;
    readonly tell: AlarmListener;
    readonly save: AlarmMemory['save'];
  } {
    return {
      areaOf: this.#deps.areaOf ?? (() => null),
      tell: (news) => this.#tell(this.#redactor.redactValue(news)),
      save: (key, alarm) => this.#save(key, this.#redactor.redactValue(alarm)),
    };
  }

  #tell(news: AlarmChange | AlarmNotice): void {
    if (news.type === 'alarm' && !this.#closed) this.#note(news);
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#deps.logger.error(`somebody who follows alarms failed: ${toGatewayError(error).message}`);
      }
    }
  }

  #note(change: AlarmChange): void {
    const at = new Date(this.#deps.clock.wallMs()).toISOString();
    for (const row of journalRows(change, { at, generation: this.#generation })) {
      this.#deps.memory.note(row);
      this.#figures.took(row);
    }
  }

  #save(...[key, alarm]: Parameters<AlarmMemory['save']>): void {
    if (!this.#closed) this.#deps.memory.save(key, alarm);
  }
}

function stateAct(name: AlarmActName, forMs: number | undefined): StateAct {
  return name === 'shelve' || name === 'shelve-once' ? { name, forMs } : { name };
}

function rejected(status: string): AlarmActAnswer & { readonly outcome: 'rejected' } {
  return { outcome: 'rejected', status };
}

/** Of a condition of a service. */
function nameOf(conditionId: string): string {
  return conditionId.slice(0, maxNameLength);
}

export function unknownAlarm(conditionId: string): GatewayError {
  const message = `no alarm ${conditionId} is of interest there`;
  return new GatewayError({ code: 'ALARM_UNKNOWN', kind: 'config', message });
}

function byUrgency(a: Alarm, b: Alarm): number {
  return b.severity - a.severity || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
}
