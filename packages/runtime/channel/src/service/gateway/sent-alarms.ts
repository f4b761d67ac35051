import type { Clock, Timer } from '@fieldwarden/core';
import type { Alarm } from '@fieldwarden/gateway-contract';
import { alarmKey, type AlarmFeed } from '@fieldwarden/service';

/** A flood of changes is told as what it comes to. */
const gatherMs = 50;
/** Of one message: frames are bounded. */
const alarmsOfMessage = 200;

/** Tells a Host of the gateway's alarms: all that there are, then what has changed. */
export class SentAlarms implements Disposable {
  readonly #clock: Clock;
  readonly #send: (alarms: readonly Alarm[]) => void;
  readonly #waiting = new Map<string, Alarm>();
  readonly #following: Disposable | undefined;
  #timer: Timer | undefined;

  constructor(feed: AlarmFeed | undefined, clock: Clock, send: (alarms: readonly Alarm[]) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#following = feed?.follow((alarm) => this.#changed(alarm));
  }

  [Symbol.dispose](): void {
    this.#following?.[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
  }

  #changed(alarm: Alarm): void {
    this.#waiting.set(alarmKey(alarm), alarm);
    this.#timer ??= this.#clock.setTimer(() => this.#flush(), gatherMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const alarms = [...this.#waiting.values()];
    this.#waiting.clear();
    for (let at = 0; at < alarms.length; at += alarmsOfMessage) this.#send(alarms.slice(at, at + alarmsOfMessage));
  }
}
