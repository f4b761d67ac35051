import type { HostRow } from '@fieldwarden/admin-contract';
import type { AlarmBook } from '@fieldwarden/alarms';
import type { DeviceState } from '@fieldwarden/gateway-contract';

/** A device as it was at the last look. */
interface SeenDevice {
  readonly deviceState: DeviceState;
  /** Its alarm is raised. */
  readonly isLost: boolean;
}

/**
 * Raises one alarm for each device that is lost, whatever its tier and however many its driver has: off scan, or silent for a while where no
 * breaker takes it off scan. It ends when the device is back, stopped, or no more (SPEC §5.5, §18.2).
 */
export class LostDeviceAlarms {
  readonly #alarms: Pick<AlarmBook, 'raise' | 'clear' | 'end'>;
  /** By driver, by device. */
  readonly #seen = new Map<string, ReadonlyMap<string, SeenDevice>>();

  constructor(alarms: Pick<AlarmBook, 'raise' | 'clear' | 'end'>) {
    this.#alarms = alarms;
  }

  /** `rows`: of all devices of the driver. */
  see(driverId: string, rows: readonly HostRow[]): void {
    const before = this.#seen.get(driverId);
    const now = new Map(rows.map((row) => [row.device, this.#judge(row, before?.get(row.device))]));
    for (const device of before?.keys() ?? []) if (!now.has(device)) this.#alarms.end({ driverId, device });
    this.#seen.set(driverId, now);
  }

  /** The driver is no more. */
  forget(driverId: string): void {
    this.#seen.delete(driverId);
    this.#alarms.end({ driverId });
  }

  #judge(row: HostRow, before: SeenDevice | undefined): SeenDevice {
    const { driverId, device, deviceState, driverState, lostSince } = row;
    const subject = { driverId, device };
    const name = `device ${driverId}/${device}`;
    // The fault of the driver is an alarm of its own: one cause, one alarm.
    if (driverState === 'Faulted') {
      this.#alarms.clear('off-scan', subject, `${name} can't be asked: its driver is faulted`);
      return { deviceState, isLost: false };
    }
    if (lostSince !== null) {
      const isNews = !before?.isLost || before.deviceState !== deviceState;
      if (isNews) this.#alarms.raise({ conditionId: 'off-scan', subject, message: `${name} ${reasonOf(row)}` });
      return { deviceState, isLost: true };
    }
    // One that was not asked yet may be lost as it was before the gateway's start; one that fails again was hardly back.
    if (deviceState === 'unreachable') return { deviceState, isLost: before?.isLost ?? false };
    if (before?.isLost || (deviceState === 'connected' && before?.deviceState !== 'connected'))
      this.#alarms.clear(
        'off-scan',
        subject,
        `${name} ${deviceState === 'connected' ? 'answers again' : 'is not asked any more'}`,
      );
    return { deviceState, isLost: false };
  }
}

function reasonOf({ deviceState, lastError }: HostRow): string {
  const what = deviceState === 'demoted' ? 'is off scan' : 'does not answer';
  return `${what}${lastError ? `: ${lastError.message}` : ''}`;
}
