import type { AlarmEvent } from '@fieldwarden/driver';
import { alarmRow, type PresentAlarm } from './alarm-row.js';
import type { AlarmNews } from './alarm-news.js';

/** Conditions of one driver; a plant where more are of interest at a time has another problem. */
const defaultCapacity = 5_000;

export interface AlarmBookParts {
  readonly driverId: string;
  readonly news: Pick<AlarmNews, 'tell'>;
  readonly capacity?: number;
}

/**
 * The conditions of one driver's devices that are of interest now, by what the devices said last. Bounded: a condition that finds no
 * room is counted and told, and its device is asked anew when there is room.
 */
export class AlarmBook {
  readonly #driverId: string;
  readonly #news: AlarmBookParts['news'];
  readonly #capacity: number;
  readonly #byDevice = new Map<string, Map<string, PresentAlarm>>();
  /** Devices of which something was left out, with who wants to know that there is room. */
  readonly #waiting = new Map<string, () => void>();
  #size = 0;
  #lost = 0;
  #leftOut = 0;

  constructor({ driverId, news, capacity = defaultCapacity }: AlarmBookParts) {
    this.#driverId = driverId;
    this.#news = news;
    this.#capacity = capacity;
  }

  /** In no order. */
  get alarms(): readonly PresentAlarm[] {
    return [...this.#byDevice.values()].flatMap((conditions) => [...conditions.values()]);
  }

  /** Events that were lost between devices and here. */
  get lost(): number {
    return this.#lost;
  }

  /** Times that a condition found no room. */
  get leftOut(): number {
    return this.#leftOut;
  }

  find(deviceId: string, conditionId: string): PresentAlarm | undefined {
    return this.#byDevice.get(deviceId)?.get(conditionId);
  }

  /** What a device says now. `onRoom` is called once if something had to be left out and there is room again. */
  report(deviceId: string, events: readonly AlarmEvent[], onRoom: () => void): void {
    for (const event of events) this.#enter({ deviceId, event, current: true }, onRoom);
    this.#tellRoom();
  }

  /** The device can't report: what it said last is all that is known. `reason` undefined: it is only asked anew. */
  uncertain(deviceId: string, reason?: string): void {
    const conditions = this.#byDevice.get(deviceId);
    const before = [...(conditions?.values() ?? [])].filter(({ current }) => current);
    for (const alarm of before) conditions?.set(alarm.event.conditionId, { ...alarm, current: false });
    if (before.length === 0 || reason === undefined) return;
    const message = `alarms of ${this.#driverId}/${deviceId} are not known at present: ${reason}`;
    this.#news.tell(message, deviceId, { current: false, alarms: before.length });
  }

  /** The device has said everything that is of interest: what it did not name any more is over. */
  settle(deviceId: string): void {
    for (const alarm of this.#byDevice.get(deviceId)?.values() ?? []) {
      if (alarm.current) continue;
      const event = { ...alarm.event, active: false, retain: false };
      this.#drop(deviceId, event.conditionId);
      this.#tell({ ...alarm, event }, `${event.message} (not reported any more)`);
    }
    this.#tellRoom();
  }

  /** Events of a device got lost on their way. */
  missed(deviceId: string, count: number): void {
    this.#lost += count;
    const message = `${count} alarm events of ${this.#driverId}/${deviceId} were lost on their way; it is asked anew`;
    this.#news.tell(message, deviceId, { lost: count });
  }

  /** The device is not configured any more. */
  remove(deviceId: string): void {
    this.#waiting.delete(deviceId);
    this.#size -= this.#byDevice.get(deviceId)?.size ?? 0;
    this.#byDevice.delete(deviceId);
    this.#tellRoom();
  }

  #enter(alarm: PresentAlarm, onRoom: () => void): void {
    const { deviceId, event } = alarm;
    const known = this.find(deviceId, event.conditionId);
    if (!event.retain) this.#drop(deviceId, event.conditionId);
    else if (known ?? this.#size < this.#capacity) this.#keep(alarm);
    else this.#leave(deviceId, onRoom);
    if (known?.event.eventId !== event.eventId) this.#tell(alarm, event.message);
  }

  #keep(alarm: PresentAlarm): void {
    const { deviceId, event } = alarm;
    const conditions = this.#byDevice.get(deviceId) ?? new Map<string, PresentAlarm>();
    this.#byDevice.set(deviceId, conditions);
    if (!conditions.has(event.conditionId)) this.#size += 1;
    conditions.set(event.conditionId, alarm);
  }

  #drop(deviceId: string, conditionId: string): void {
    if (this.#byDevice.get(deviceId)?.delete(conditionId)) this.#size -= 1;
  }

  #leave(deviceId: string, onRoom: () => void): void {
    this.#leftOut += 1;
    if (this.#waiting.size === 0) {
      const message = `more than ${this.#capacity} alarms of ${this.#driverId}: the list does not have those that came last`;
      this.#news.tell(message, undefined, { capacity: this.#capacity });
    }
    this.#waiting.set(deviceId, onRoom);
  }

  /** Not at each condition that goes: asking anew costs more than it brings while the book is all but full. */
  #tellRoom(): void {
    if (this.#waiting.size === 0 || this.#size > this.#capacity * 0.9) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const onRoom of waiting) onRoom();
  }

  #tell(alarm: PresentAlarm, what: string): void {
    const { active, acknowledged, retain, conditionId } = alarm.event;
    const change = active ? (acknowledged ? 'acknowledged' : 'active') : retain ? 'gone' : 'over';
    const row = alarmRow(this.#driverId, alarm);
    this.#news.tell(`${what}: ${change}`, alarm.deviceId, { conditionId, active, alarm: row });
  }
}
