import type { Driver } from '@fieldwarden/admin-contract';
import type { AlarmBook } from '@fieldwarden/alarms';

/** Raises one alarm for each driver that is faulted or paused after crashes, and ends it when the driver works or was stopped (SPEC §18.1). */
export class DriverFaultAlarms {
  readonly #alarms: Pick<AlarmBook, 'raise' | 'clear'>;
  /** By driver: what its alarm says; null = it has none. */
  readonly #told = new Map<string, string | null>();

  constructor(alarms: Pick<AlarmBook, 'raise' | 'clear'>) {
    this.#alarms = alarms;
  }

  see(driver: Driver): void {
    const { id, state } = driver;
    const subject = { driverId: id };
    if (state === 'Faulted') {
      const message = messageOf(driver);
      if (this.#told.get(id) !== message) this.#alarms.raise({ conditionId: 'driver-faulted', subject, message });
      this.#told.set(id, message);
    } else if (isOver(driver) && this.#told.get(id) !== null) {
      this.#alarms.clear('driver-faulted', subject, `driver ${id} is ${state}`);
      this.#told.set(id, null);
    }
  }

  /** The driver is no more, and its alarms are ended already. */
  forget(driverId: string): void {
    this.#told.delete(driverId);
  }
}

/** Another attempt is no end of it yet: a driver that crashes as soon as it starts stays one alarm over all its attempts. */
function isOver({ state, crashLoop }: Driver): boolean {
  if (state === 'Healthy' || state === 'Degraded' || state === 'Stopped') return true;
  return state === 'Reconnecting' && crashLoop === 'closed';
}

function messageOf({ id, crashLoop, lastError }: Driver): string {
  const what = crashLoop === 'open' ? 'is paused after repeated crashes' : 'is faulted';
  return `driver ${id} ${what}${lastError ? `: ${lastError.message}` : ''}`;
}
