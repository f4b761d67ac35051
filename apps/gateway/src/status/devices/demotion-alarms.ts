import type { HostRow } from '@fieldwarden/admin-contract';
import type { EventLog } from '@fieldwarden/observe';

/** Raises an alarm for each device that is off scan, and ends it when the device is back, stopped, or no more (SPEC §5.5). */
export class DemotionAlarms {
  readonly #events: Pick<EventLog, 'append'>;
  /** By driver: the devices whose alarm is active. */
  readonly #active = new Map<string, ReadonlySet<string>>();

  constructor(events: Pick<EventLog, 'append'>) {
    this.#events = events;
  }

  /** `rows`: of all devices of the driver. */
  see(driverId: string, rows: readonly HostRow[]): void {
    const before = this.#active.get(driverId) ?? new Set<string>();
    const demoted = rows.filter(({ deviceState }) => deviceState === 'demoted');
    const now = new Set(demoted.map(({ device }) => device));
    for (const row of demoted) if (!before.has(row.device)) this.#tell(driverId, row.device, reasonOf(row), true);
    for (const device of before) if (!now.has(device)) this.#tell(driverId, device, 'is no longer off scan', false);
    this.#active.set(driverId, now);
  }

  forget(driverId: string): void {
    this.see(driverId, []);
    this.#active.delete(driverId);
  }

  /** Without the event's `device`: those are the alarms that devices report themselves. */
  #tell(driverId: string, device: string, what: string, active: boolean): void {
    const data = { conditionId: `off-scan/${device}`, active };
    this.#events.append({ type: 'alarm', driverId, message: `device ${driverId}/${device} ${what}`, data });
  }
}

function reasonOf({ lastError }: HostRow): string {
  return `is off scan${lastError ? `: ${lastError.message}` : ''}`;
}
