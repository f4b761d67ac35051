import type { AlarmBook, AlarmStatistics } from '@fieldwarden/alarms';
import type { Clock, Timer } from '@fieldwarden/core';
import { systemPrefix } from '@fieldwarden/tags';
import { alarmTags } from '../status/system-tags/system-tag-catalogue.js';
import { SystemTagGroup, type SystemTagDependencies } from '../status/system-tags/system-tag-group.js';

export interface AlarmTagsDependencies extends Omit<SystemTagDependencies, 'clock'> {
  readonly clock: Clock;
  readonly alarms: Pick<AlarmBook, 'follow' | 'statistics'>;
}

/** A second after something has changed; figures of the last minutes go down by themselves. */
const soonMs = 1_000;
const restMs = 10_000;

/** Counts and figures of the alarms as tags `_system/alarms/…` (SPEC §18.3). */
export class AlarmTags implements Disposable {
  readonly #deps: AlarmTagsDependencies;
  readonly #group: SystemTagGroup<AlarmStatistics>;
  readonly #following: Disposable;
  #timer: Timer;
  #isSoon = false;

  constructor(deps: AlarmTagsDependencies) {
    this.#deps = deps;
    this.#group = new SystemTagGroup(deps, `${systemPrefix}alarms/`, alarmTags);
    this.#following = deps.alarms.follow(() => this.#soon());
    this.#group.show(deps.alarms.statistics());
    this.#timer = this.#arm(restMs);
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    this.#timer[Symbol.dispose]();
    this.#group.remove();
  }

  #soon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#timer[Symbol.dispose]();
    this.#timer = this.#arm(soonMs);
  }

  #arm(afterMs: number): Timer {
    const timer = this.#deps.clock.setTimer(() => {
      this.#isSoon = false;
      this.#group.show(this.#deps.alarms.statistics());
      this.#timer = this.#arm(restMs);
    }, afterMs);
    timer.unref();
    return timer;
  }
}
