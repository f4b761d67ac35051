import type { Alarm } from '@fieldwarden/gateway-contract';
import type { AlarmFeed } from '@fieldwarden/service';
import type { Topics } from '../topics.js';
import type { StateTopics } from './state-topics.js';

export interface AlarmStatesDependencies {
  readonly feed: AlarmFeed;
  readonly topics: Topics;
  readonly states: Pick<StateTopics, 'set' | 'delete'>;
}

/** Alarms that are over and still published on each connection; those that are not are bounded by the book. */
const mostOver = 1_000;

/** Alarms as states: how each is now, also that it is over, for who has the last one kept. */
export class AlarmStates implements Disposable {
  readonly #deps: AlarmStatesDependencies;
  readonly #following: Disposable;
  /** Topics of alarms that are over, the one that ended first first. */
  readonly #over = new Set<string>();

  constructor(deps: AlarmStatesDependencies) {
    this.#deps = deps;
    this.#following = deps.feed.follow((alarm) => this.#show(alarm));
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #show(alarm: Alarm): void {
    const { topics, states } = this.#deps;
    const topic = topics.alarm(idOf(alarm));
    this.#over.delete(topic);
    if (!alarm.retain) this.#over.add(topic);
    states.set(topic, bodyOf(alarm));
    for (const oldest of this.#over) {
      if (this.#over.size <= mostOver) return;
      this.#over.delete(oldest);
      states.delete(oldest);
    }
  }
}

/**
 * Conditions have names of their own only within a driver and its devices; those of a service end with its id. What no topic may hold is
 * written as in a URL, so that no two share a topic.
 */
function idOf({ driverId, device, conditionId }: Alarm): string {
  const id = [driverId, device, conditionId].filter((part) => part !== null).join('/');
  return id.replaceAll(/[%+#\0]/g, encodeURIComponent);
}

function bodyOf(alarm: Alarm): Readonly<Record<string, unknown>> {
  const { driverId, device, conditionId, source, message, severity, active, acknowledged, at } = alarm;
  return { id: conditionId, driverId, device, source, message, severity, active, acknowledged, at };
}
