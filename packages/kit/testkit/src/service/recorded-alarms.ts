import type { ServiceAlarms } from '@fieldwarden/service';

export interface RecordedAlarm {
  readonly conditionId: string;
  readonly severity: number;
  readonly message: string;
}

/** The book of alarms as far as one service sees it. */
export class RecordedAlarms implements ServiceAlarms {
  readonly #active = new Map<string, RecordedAlarm>();

  /** Raised and not cleared, oldest first. */
  get active(): readonly RecordedAlarm[] {
    return [...this.#active.values()];
  }

  raise(alarm: RecordedAlarm): void {
    this.#active.set(alarm.conditionId, alarm);
  }

  clear(conditionId: string): void {
    this.#active.delete(conditionId);
  }

  /** The service has ended, and with it its alarms: the gateway does this. */
  end(): void {
    this.#active.clear();
  }
}
