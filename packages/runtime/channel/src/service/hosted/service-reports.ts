import { GatewayError, type Clock, type Timer } from '@fieldwarden/core';
import { statusAsJson, type Service, type ServiceHealth } from '@fieldwarden/service';
import { isServiceReport } from '../service-codec.js';
import type { ServiceReport } from '../service-messages.js';

const reportMs = 1_000;

/** How soon another health is noticed. */
const healthMs = 200;

/** Of the reason of a Degraded service. */
const maxReasonCharacters = 1_000;

export interface ServiceReportsDependencies {
  readonly service: Service;
  readonly clock: Clock;
  readonly report: (report: ServiceReport) => void;
  /** The service threw where it must not. */
  readonly fail: (error: unknown) => void;
}

/** Asks a service how it is: all of it about once a second, and at once when its health is another. The same in both homes. */
export class ServiceReports implements Disposable {
  readonly #deps: ServiceReportsDependencies;
  #timer: Timer | undefined;
  #reportAtMs = 0;
  #health = '';

  constructor(deps: ServiceReportsDependencies) {
    this.#deps = deps;
    this.#lookLater();
  }

  /** Something happened to it: reports at once. */
  now(): void {
    if (!this.#timer) return;
    try {
      this.#report();
    } catch (error) {
      this.#end(error);
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #lookLater(): void {
    this.#timer = this.#deps.clock.setTimer(() => this.#look(), healthMs);
    this.#timer.unref();
  }

  #look(): void {
    const { service, clock } = this.#deps;
    try {
      if (clock.monotonicMs() >= this.#reportAtMs || textOf(service.health()) !== this.#health) this.#report();
      if (this.#timer) this.#lookLater();
    } catch (error) {
      this.#end(error);
    }
  }

  #report(): void {
    const { service, clock, report } = this.#deps;
    const health = service.health();
    const status = service.status();
    const metrics = service.metrics?.() ?? [];
    if (typeof status !== 'object' || status === null) throw notAReport();
    if (!isServiceReport({ health, status: {}, metrics })) throw notAReport();
    this.#health = textOf(health);
    this.#reportAtMs = clock.monotonicMs() + reportMs;
    report(shown({ health, status, metrics }));
  }

  #end(error: unknown): void {
    this[Symbol.dispose]();
    this.#deps.fail(error);
  }
}

/** A status that nobody can be shown is no reason to end a service that works: it is Degraded, and says so. */
function shown(found: ServiceReport): ServiceReport {
  const { status, flaw } = statusAsJson(found.status);
  const reasons = [textOf(found.health), flaw ?? ''].filter((reason) => reason !== '');
  if (reasons.length === 0) return { ...found, status };
  const reason = reasons.join('; ').slice(0, maxReasonCharacters);
  return { ...found, status, health: { state: 'Degraded', reason } };
}

function textOf(health: ServiceHealth): string {
  return health.state === 'Degraded' ? health.reason : '';
}

function notAReport(): GatewayError {
  const message = 'the service gives a health, status or metrics of unknown shape';
  return new GatewayError({ code: 'SERVICE_REPORT', kind: 'bug', message });
}
