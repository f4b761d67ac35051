import type { Alarm } from '@fieldwarden/gateway-contract';
import { alarmKey, type AlarmFeed } from '@fieldwarden/service';

/** The gateway's alarms as a service in a Host sees them: those that were told, and who follows them. */
export class HostedAlarms implements AlarmFeed {
  readonly #present = new Map<string, Alarm>();
  readonly #listeners = new Set<(alarm: Alarm) => void>();

  /** Told by the gateway. */
  take(alarms: readonly Alarm[]): void {
    for (const alarm of alarms) {
      if (alarm.retain) this.#present.set(alarmKey(alarm), alarm);
      else this.#present.delete(alarmKey(alarm));
      for (const listener of [...this.#listeners]) listener(alarm);
    }
  }

  follow(listener: (alarm: Alarm) => void): Disposable {
    const own = (alarm: Alarm): void => listener(alarm);
    this.#listeners.add(own);
    for (const alarm of [...this.#present.values()]) own(alarm);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}
