import type { Alarm } from '@fieldwarden/gateway-contract';
import { alarmKey, type AlarmFeed } from './alarm-feed.js';

/** The alarms that were told, and who follows them. */
export class RememberedAlarms implements AlarmFeed {
  readonly #present = new Map<string, Alarm>();
  readonly #listeners = new Set<(alarm: Alarm) => void>();

  /** How many follow it. */
  get followers(): number {
    return this.#listeners.size;
  }

  /** A new or changed alarm; one that is not to be retained is over. */
  tell(alarm: Alarm): void {
    if (alarm.retain) this.#present.set(alarmKey(alarm), alarm);
    else this.#present.delete(alarmKey(alarm));
    for (const listener of [...this.#listeners]) listener(alarm);
  }

  follow(listener: (alarm: Alarm) => void): Disposable {
    const own = (alarm: Alarm): void => listener(alarm);
    this.#listeners.add(own);
    for (const alarm of [...this.#present.values()]) own(alarm);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}
