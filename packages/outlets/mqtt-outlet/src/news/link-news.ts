import type { Clock, Logger, Timer } from '@fieldwarden/core';
import { alarmSeverities } from '@fieldwarden/gateway-contract';
import type { LinkProblem, LinkState } from '@fieldwarden/mqtt-link';
import type { ServiceAlarms, ServiceEvents } from '@fieldwarden/service';

export interface LinkNewsDependencies {
  readonly broker: string;
  readonly events: ServiceEvents;
  readonly alarms: ServiceAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How it stands with the broker. */
export interface Contact {
  readonly sinceMs: number;
  readonly nextAttemptAtMs: number | undefined;
}

/** A broker that is away for less is an event, and nobody's business. */
const awayMs = 30_000;
/** A connection that lives so long shows that no other client ends it. */
const ownIdMs = 60_000;

/** Tells people how it stands with the broker: an event for each news, an alarm for what stays. */
export class LinkNews implements Disposable {
  readonly #deps: LinkNewsDependencies;
  #away: Timer | undefined;
  #own: Timer | undefined;
  #told: string | undefined;
  #problem: LinkProblem | undefined;
  #isConnected = false;
  #sinceMs: number;
  #nextAttemptAtMs: number | undefined;

  constructor(deps: LinkNewsDependencies) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.wallMs();
    this.#watchAway();
  }

  /** What is wrong at present. */
  get problem(): LinkProblem | undefined {
    return this.#problem;
  }

  /** Since when there is a connection, or there is none, and when the next attempt comes, where one waits; ms since 1970. */
  get contact(): Contact {
    return { sinceMs: this.#sinceMs, nextAttemptAtMs: this.#nextAttemptAtMs };
  }

  changed(state: LinkState): void {
    const nowMs = this.#deps.clock.wallMs();
    const isConnected = state.name === 'connected';
    if (isConnected !== this.#isConnected) this.#sinceMs = nowMs;
    this.#isConnected = isConnected;
    this.#nextAttemptAtMs = state.name === 'waiting' ? nowMs + state.waitMs : undefined;
    if (state.name === 'connected') return this.#connected(state.version);
    if (state.name !== 'waiting') return;
    this.#lost(state.problem, state.waitMs);
  }

  [Symbol.dispose](): void {
    this.#away?.[Symbol.dispose]();
    this.#own?.[Symbol.dispose]();
  }

  #connected(version: string): void {
    const { broker, events, alarms, logger, clock } = this.#deps;
    this.#problem = undefined;
    this.#told = undefined;
    this.#away?.[Symbol.dispose]();
    this.#away = undefined;
    alarms.clear('broker-away');
    const message = `connected to the broker ${broker} with MQTT ${version}`;
    logger.info(message);
    events.append({ message });
    this.#own = clock.setTimer(() => alarms.clear('client-id-taken'), ownIdMs);
    this.#own.unref();
  }

  #lost(problem: LinkProblem, waitMs: number): void {
    const { events, alarms, logger } = this.#deps;
    this.#problem = problem;
    this.#own?.[Symbol.dispose]();
    if (problem.kind === 'taken-id')
      alarms.raise({ conditionId: 'client-id-taken', severity: alarmSeverities.high, message: problem.message });
    this.#watchAway();
    if (this.#told === problem.message) return;
    this.#told = problem.message;
    logger.warn(`${problem.message}; the next attempt follows in ${(waitMs / 1000).toFixed(1)} s`);
    events.append({ message: problem.message, data: { problem: problem.kind } });
  }

  #watchAway(): void {
    if (this.#away) return;
    this.#away = this.#deps.clock.setTimer(() => this.#raiseAway(), awayMs);
    this.#away.unref();
  }

  #raiseAway(): void {
    const { broker, alarms } = this.#deps;
    const why = this.#problem?.message ?? `there is no connection to the broker ${broker} yet`;
    const message = `${why} (messages are kept in the outbox until it is back)`;
    alarms.raise({ conditionId: 'broker-away', severity: alarmSeverities.high, message });
  }
}
