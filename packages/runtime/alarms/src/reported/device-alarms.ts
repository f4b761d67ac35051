import type { AlarmEvent } from '@fieldwarden/driver';
import type { AlarmMemory } from '../alarm-memory.js';
import type { AlarmSubject } from '@fieldwarden/gateway-contract';
import type { AlarmListener, AlarmTransition } from '../told/alarm-change.js';
import { reportedAlarm, type PresentAlarm } from './present-alarm.js';

export interface DeviceAlarmsDependencies {
  readonly driverId: string;
  /** Conditions of the driver; a plant where more are of interest at a time has another problem. */
  readonly capacity: number;
  /** Where the tags of a device are. */
  readonly areaOf: (subject: AlarmSubject) => string | null;
  readonly tell: AlarmListener;
  readonly save: AlarmMemory['save'];
}

/**
 * The part of the book that the devices of one driver fill: conditions that are of interest now, by what the devices said last. Bounded:
 * a condition that finds no room is counted and told, and its device is asked anew when there is room.
 */
export class DeviceAlarms {
  readonly #deps: DeviceAlarmsDependencies;
  readonly #byDevice = new Map<string, Map<string, PresentAlarm>>();
  /** Devices of which something was left out, with who wants to know that there is room. */
  readonly #waiting = new Map<string, () => void>();
  #size = 0;
  #lost = 0;
  #leftOut = 0;

  constructor(deps: DeviceAlarmsDependencies) {
    this.#deps = deps;
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

  /** From before the gateway's start: what the device said last, until it speaks. */
  restore(deviceId: string, event: AlarmEvent): void {
    if (this.#size < this.#deps.capacity) this.#keep({ deviceId, event, current: false, restored: true });
    else this.#forget(deviceId, event.conditionId);
  }

  /** The driver has these devices: what is known of others from before the start is over. */
  configured(deviceIds: readonly string[]): void {
    for (const deviceId of [...this.#byDevice.keys()]) {
      if (!deviceIds.includes(deviceId)) this.#endAll(deviceId, 'its device is configured no more');
    }
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
    const message = `alarms of ${this.#deps.driverId}/${deviceId} are not known at present: ${reason}`;
    this.#notice(message, deviceId, { current: false, alarms: before.length });
  }

  /** The device has said everything that is of interest: what it did not name any more is over. */
  settle(deviceId: string): void {
    this.#endAll(deviceId, 'not reported any more');
    this.#tellRoom();
  }

  /** Events of a device got lost on their way. */
  missed(deviceId: string, count: number): void {
    this.#lost += count;
    const message = `${count} alarm events of ${this.#deps.driverId}/${deviceId} were lost on their way; it is asked anew`;
    this.#notice(message, deviceId, { lost: count });
  }

  /** The device is not configured any more. */
  remove(deviceId: string): void {
    this.#waiting.delete(deviceId);
    for (const conditionId of [...(this.#byDevice.get(deviceId)?.keys() ?? [])]) this.#drop(deviceId, conditionId);
    this.#byDevice.delete(deviceId);
    this.#tellRoom();
  }

  #enter(alarm: PresentAlarm, onRoom: () => void): void {
    const { deviceId, event } = alarm;
    const known = this.find(deviceId, event.conditionId);
    if (!event.retain) this.#drop(deviceId, event.conditionId);
    else if (known ?? this.#size < this.#deps.capacity) this.#keep(alarm, known);
    else this.#leave(deviceId, onRoom);
    if (!isKnown(event, known)) this.#tell(alarm, event.message, transitionOf(event, known?.event));
  }

  #keep(alarm: PresentAlarm, known?: PresentAlarm): void {
    const { deviceId, event } = alarm;
    const conditions = this.#byDevice.get(deviceId) ?? new Map<string, PresentAlarm>();
    this.#byDevice.set(deviceId, conditions);
    if (!conditions.has(event.conditionId)) this.#size += 1;
    conditions.set(event.conditionId, alarm);
    if (alarm.restored || known?.event.eventId === event.eventId) return;
    this.#deps.save(this.#keyOf(deviceId, event.conditionId), {
      type: 'reported',
      driverId: this.#deps.driverId,
      deviceId,
      event,
    });
  }

  #drop(deviceId: string, conditionId: string): void {
    if (!this.#byDevice.get(deviceId)?.delete(conditionId)) return;
    this.#size -= 1;
    this.#forget(deviceId, conditionId);
  }

  #forget(deviceId: string, conditionId: string): void {
    this.#deps.save(this.#keyOf(deviceId, conditionId), undefined);
  }

  /** Of a device: all that it has not spoken of since it was asked. */
  #endAll(deviceId: string, why: string): void {
    for (const alarm of this.#byDevice.get(deviceId)?.values() ?? []) {
      if (alarm.current) continue;
      const event = { ...alarm.event, active: false, retain: false };
      this.#drop(deviceId, event.conditionId);
      this.#tell({ ...alarm, event }, `${event.message} (${why})`, 'cleared');
    }
  }

  #leave(deviceId: string, onRoom: () => void): void {
    this.#leftOut += 1;
    if (this.#waiting.size === 0) {
      const { driverId, capacity } = this.#deps;
      const message = `more than ${capacity} alarms of ${driverId}: the list does not have those that came last`;
      this.#notice(message, undefined, { capacity });
    }
    this.#waiting.set(deviceId, onRoom);
  }

  /** Not at each condition that goes: asking anew costs more than it brings while the book is all but full. */
  #tellRoom(): void {
    if (this.#waiting.size === 0 || this.#size > this.#deps.capacity * 0.9) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const onRoom of waiting) onRoom();
  }

  #tell(present: PresentAlarm, what: string, transition: AlarmTransition): void {
    const { driverId, tell, areaOf } = this.#deps;
    const { active, acknowledged, retain } = present.event;
    const change = active ? (acknowledged ? 'acknowledged' : 'active') : retain ? 'gone' : 'over';
    const subject = { driverId, device: present.deviceId };
    tell({
      type: 'alarm',
      transition,
      alarm: reportedAlarm(driverId, present, areaOf(subject)),
      subject,
      message: `${what}: ${change}`,
    });
  }

  #notice(message: string, device: string | undefined, data: Readonly<Record<string, unknown>>): void {
    const { driverId, tell } = this.#deps;
    tell({ type: 'notice', driverId, device, message, data });
  }

  /** Unambiguous: neither id has a space. */
  #keyOf(deviceId: string, conditionId: string): string {
    return `reported ${this.#deps.driverId} ${deviceId} ${conditionId}`;
  }
}

/** Of the time before the start it counts what was the case, not by which event: devices name their events anew when they start. */
function isKnown(event: AlarmEvent, known: PresentAlarm | undefined): boolean {
  if (!known) return false;
  const { eventId, active, acknowledged } = known.event;
  if (eventId === event.eventId) return true;
  return known.restored === true && active === event.active && acknowledged === event.acknowledged && event.retain;
}

function transitionOf(event: AlarmEvent, before: AlarmEvent | undefined): AlarmTransition {
  if (event.active !== (before?.active ?? false)) return event.active ? 'active' : 'cleared';
  return event.acknowledged && !(before?.acknowledged ?? false) ? 'acknowledged' : 'changed';
}
