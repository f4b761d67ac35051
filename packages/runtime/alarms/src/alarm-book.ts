import {
  GatewayError,
  nothingSecret,
  toGatewayError,
  type Clock,
  type Logger,
  type Redactor,
  type Timer,
} from '@fieldwarden/core';
import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';
import type { AlarmFeed, ServiceAlarms } from '@fieldwarden/service';
import { randomUUID } from 'node:crypto';
import type { AlarmMemory } from './alarm-memory.js';
import { gatewayConditions, type GatewayCondition, type GatewayConditionId } from './gateway-conditions.js';
import { RaisedAlarms } from './raised/raised-alarms.js';
import { DeviceAlarms } from './reported/device-alarms.js';
import { reportedAlarm } from './reported/present-alarm.js';
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
}

/** What the gateway raises; severity and, unless given here, message are those of the condition. */
export interface GatewayAlarm {
  readonly conditionId: GatewayConditionId;
  readonly subject: AlarmSubject;
  readonly message?: string;
  /** More for those who follow; not kept. */
  readonly data?: AlarmData;
}

/** An alarm that somebody has seen; `eventId` undefined: as it is now. */
export interface AlarmToAcknowledge {
  readonly driverId: string | null;
  readonly conditionId: string;
  readonly eventId: string | undefined;
  readonly comment: string;
}

/** The alarms of the gateway, of its services and of devices: raised and cleared by call (SPEC §18.1), kept over restarts. */
export class AlarmBook {
  readonly #deps: AlarmBookDependencies;
  readonly #limits: AlarmLimits;
  readonly #redactor: Redactor;
  readonly #raised: RaisedAlarms;
  readonly #reported = new Map<string, DeviceAlarms>();
  /** Drivers that are configured, with the devices that they began with. */
  readonly #present = new Map<string, ReadonlySet<string>>();
  readonly #listeners = new Set<AlarmListener>();
  /** Of drivers that are no more. */
  readonly #former = { lost: 0, leftOut: 0 };
  #settling: Timer | undefined;
  #closed = false;

  constructor(deps: AlarmBookDependencies) {
    this.#deps = deps;
    this.#limits = { ...defaultLimits, ...deps.limits };
    this.#redactor = deps.redactor ?? nothingSecret;
    const { perSubject, raised: total } = this.#limits;
    const { clock, newEventId = randomUUID } = deps;
    this.#raised = new RaisedAlarms({ clock, newEventId, limits: { perSubject, total }, ...this.#ties });
  }

  /** Everything of interest, the most urgent first, then the newest. */
  list(): readonly Alarm[] {
    const reported = [...this.#reported].flatMap(([id, { alarms }]) => alarms.map((alarm) => reportedAlarm(id, alarm)));
    return this.#redactor.redactValue([...this.#raised.alarms, ...reported].sort(byUrgency));
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
    return this.#raised.find(driverId, conditionId)?.active ?? false;
  }

  /** Idempotent: what is raised already gets this text, and is no new alarm. */
  raise({ conditionId, subject, message, data }: GatewayAlarm): void {
    const { severity, text, momentary }: GatewayCondition = gatewayConditions[conditionId];
    this.#raised.raise({ conditionId, subject, severity, message: message ?? text, momentary, data });
  }

  /** Without effect on what is not raised. `message`: why it is over. */
  clear(conditionId: GatewayConditionId, subject: AlarmSubject, message?: string): void {
    const { severity } = gatewayConditions[conditionId];
    this.#raised.clear({ conditionId, subject, severity, message });
  }

  /** Of an alarm that was raised; a device's is acknowledged by the device. Throws `ALARM_UNKNOWN`. */
  acknowledge(
    seen: AlarmToAcknowledge,
    by?: string,
  ): { readonly outcome: 'done' | 'rejected'; readonly status: string } {
    const answer = this.#raised.acknowledge(seen, by);
    if (!answer) throw unknownAlarm(seen.conditionId);
    return answer;
  }

  /** The subject is no more. Of a driver or a device nothing is left; of a service, what nobody has seen. */
  end(subject: AlarmSubject): void {
    this.#raised.end(subject);
    const { driverId, device } = subject;
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
        else this.#driver(kept.driverId).restore(kept.deviceId, kept.event);
      }
    } catch (error) {
      this.#deps.logger.error(`alarms begin anew: ${toGatewayError(error).message}`);
    }
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
    await this.kept();
  }

  #settle(): void {
    this.#raised.settle((subject) => this.#isThere(subject));
    for (const [driverId, alarms] of this.#reported) {
      if (this.#present.has(driverId)) continue;
      alarms.configured([]);
      this.#dropDriver(driverId);
    }
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

  /** How both parts of the book reach what is outside. */
  get #ties(): { readonly tell: AlarmListener; readonly save: AlarmMemory['save'] } {
    return {
      tell: (news) => this.#tell(this.#redactor.redactValue(news)),
      save: (key, alarm) => this.#save(key, this.#redactor.redactValue(alarm)),
    };
  }

  #tell(news: AlarmChange | AlarmNotice): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#deps.logger.error(`somebody who follows alarms failed: ${toGatewayError(error).message}`);
      }
    }
  }

  #save(...[key, alarm]: Parameters<AlarmMemory['save']>): void {
    if (!this.#closed) this.#deps.memory.save(key, alarm);
  }
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
