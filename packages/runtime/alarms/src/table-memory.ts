import type { AlarmEvent } from '@fieldwarden/driver';
import type { Alarm } from '@fieldwarden/gateway-contract';
import type { ServiceTable } from '@fieldwarden/service';
import { createHash } from 'node:crypto';
import type { AlarmMemory, KeptAlarm } from './alarm-memory.js';

const version = 1;

/** Longer texts of devices are cut in what is kept, so that a record stays small. */
const maxTextLength = 1_024;

/** The book in one table of the durable store: a record for each alarm. */
export class TableMemory implements AlarmMemory {
  readonly #open: () => Promise<ServiceTable>;
  #table: ServiceTable | undefined;

  constructor(open: () => Promise<ServiceTable>) {
    this.#open = open;
  }

  async load(): Promise<readonly KeptAlarm[]> {
    const table = (this.#table ??= await this.#open());
    const kept: KeptAlarm[] = [];
    for (const [key, record] of await table.entries()) {
      const alarm = keptAlarm(record);
      if (alarm) kept.push(alarm);
      else table.delete(key);
    }
    return kept;
  }

  /** Before `load`, nothing is kept. */
  save(key: string, alarm: KeptAlarm | undefined): void {
    if (alarm) this.#table?.put(recordKey(key), { version, ...compact(alarm) });
    else this.#table?.delete(recordKey(key));
  }

  async settled(): Promise<void> {
    await this.#table?.settled();
  }
}

/** Conditions of devices have longer names than keys of a table. */
function recordKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Without what a device may make large. */
function compact(kept: KeptAlarm): KeptAlarm {
  if (kept.type === 'raised') return kept;
  const { value, ...event } = kept.event;
  const [source, message] = [event.source.slice(0, maxTextLength), event.message.slice(0, maxTextLength)];
  const isSmall = typeof value === 'number' || typeof value === 'boolean';
  return { ...kept, event: { ...event, source, message, ...(isSmall && { value }) } };
}

/** Undefined for what this version did not write. */
function keptAlarm(record: unknown): KeptAlarm | undefined {
  const kept = (record ?? {}) as Partial<Record<string, unknown>>;
  if (kept.version !== version) return undefined;
  if (kept.type === 'raised' && isObject(kept.subject) && isAlarm(kept.alarm)) {
    return { type: 'raised', subject: kept.subject, alarm: kept.alarm };
  }
  const { driverId, deviceId, event } = kept;
  if (kept.type !== 'reported' || typeof driverId !== 'string' || typeof deviceId !== 'string') return undefined;
  return isEvent(event) ? { type: 'reported', driverId, deviceId, event } : undefined;
}

function isAlarm(value: unknown): value is Alarm {
  return hasState(value) && typeof value.at === 'string';
}

function isEvent(value: unknown): value is AlarmEvent {
  return hasState(value) && typeof value.atMs === 'number';
}

function hasState(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const { conditionId, eventId, source, message, severity, active, acknowledged, retain } = value;
  const texts = [conditionId, eventId, source, message].every((text) => typeof text === 'string');
  const flags = [active, acknowledged, retain].every((flag) => typeof flag === 'boolean');
  return texts && flags && typeof severity === 'number';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
