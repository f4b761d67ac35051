import type { HostRow } from '@fieldwarden/admin-contract';
import type { AlarmBook } from '@fieldwarden/alarms';
import type { DeviceState } from '@fieldwarden/gateway-contract';

/** Raises an alarm for each device that is off scan, and ends it when the device is back, stopped, or no more (SPEC §5.5). */
export class DemotionAlarms {
  readonly #alarms: Pick<AlarmBook, 'raise' | 'clear' | 'end'>;
  /** By driver: its devices as they were at the last look. */
  readonly #seen = new Map<string, ReadonlyMap<string, DeviceState>>();

  constructor(alarms: Pick<AlarmBook, 'raise' | 'clear' | 'end'>) {
    this.#alarms = alarms;
  }

  /** `rows`: of all devices of the driver. */
  see(driverId: string, rows: readonly HostRow[]): void {
    const before = this.#seen.get(driverId);
    const now = new Map(rows.map(({ device, deviceState }) => [device, deviceState]));
    for (const row of rows) this.#judge(row, before?.get(row.device));
    for (const device of before?.keys() ?? []) if (!now.has(device)) this.#alarms.end({ driverId, device });
    this.#seen.set(driverId, now);
  }

  /** The driver is no more. */
  forget(driverId: string): void {
    this.#seen.delete(driverId);
    this.#alarms.end({ driverId });
  }

  /** A device that was not asked yet may be off scan as it was before the gateway's start. */
  #judge(row: HostRow, before: DeviceState | undefined): void {
    const { driverId, device, deviceState } = row;
    if (deviceState === before) return;
    const subject = { driverId, device };
    if (deviceState === 'demoted') {
      this.#alarms.raise({
        conditionId: 'off-scan',
        subject,
        message: `device ${driverId}/${device} ${reasonOf(row)}`,
      });
    } else if (before === 'demoted' || deviceState === 'connected') {
      this.#alarms.clear('off-scan', subject, `device ${driverId}/${device} is no longer off scan`);
    }
  }
}

function reasonOf({ lastError }: HostRow): string {
  return `is off scan${lastError ? `: ${lastError.message}` : ''}`;
}
