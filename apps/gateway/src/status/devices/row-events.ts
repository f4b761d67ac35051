import type { HostRow } from '@fieldwarden/admin-contract';
import type { EventLog } from '@fieldwarden/observe';

/** Rows told of at one look; the others are told of at the next. A driver of a thousand devices must not push everything else out of the log. */
const rowsPerLook = 200;

/** What an operator sees of a row; figures that move all the time are not worth an event. */
function visible({
  deviceState,
  breaker,
  alert,
  consecutiveFailures,
  lastBreakerOpenAt,
  lastRecycleAt,
}: HostRow): string {
  const failing = consecutiveFailures > 0;
  return JSON.stringify([deviceState, breaker, alert, failing, lastBreakerOpenAt, lastRecycleAt]);
}

/** Turns changes of rows into `host` events that carry the row, at most one per device and look. */
export class RowEvents {
  readonly #events: Pick<EventLog, 'append'>;
  /** By driver, by device: what was told last. */
  readonly #told = new Map<string, Map<string, string>>();
  #left = rowsPerLook;

  constructor(events: Pick<EventLog, 'append'>) {
    this.#events = events;
  }

  /** The first look at a row tells nothing: what was there from the start is no change. */
  see(driverId: string, rows: readonly HostRow[]): void {
    const before = this.#told.get(driverId);
    const told = new Map<string, string>();
    for (const row of rows) {
      const now = visible(row);
      const last = before?.get(row.device);
      told.set(row.device, last === undefined || last === now || this.#tell(row) ? now : last);
    }
    this.#told.set(driverId, told);
  }

  /** Another round of looks begins. */
  begin(): void {
    this.#left = rowsPerLook;
  }

  forget(driverId: string): void {
    this.#told.delete(driverId);
  }

  /** False if there was no room any more. */
  #tell(row: HostRow): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    const { driverId, device } = row;
    this.#events.append({ type: 'host', driverId, device, message: sentence(row), data: { row } });
    return true;
  }
}

function sentence(row: HostRow): string {
  const { driverId, device, deviceState, breaker, consecutiveFailures, breakerThreshold, lastError } = row;
  const failures = consecutiveFailures === 0 ? '' : `, ${failuresText(consecutiveFailures, breakerThreshold)}`;
  const why = consecutiveFailures > 0 && lastError ? `: ${lastError.message}` : '';
  return `${driverId}/${device}: ${deviceState}, breaker ${breaker}${failures}${why}`;
}

/** `3 of 5` only on the way there; once the breaker has opened, how many there were. */
function failuresText(failures: number, threshold: number | null): string {
  const limit = threshold === null || failures > threshold ? '' : ` of ${threshold}`;
  return `${failures}${limit} ${failures === 1 && limit === '' ? 'failure' : 'failures'} in a row`;
}
