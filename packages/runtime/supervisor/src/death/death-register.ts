import type { Operation } from '@fieldwarden/channel';
import type { Clock, GatewayError, Logger } from '@fieldwarden/core';
import type { DeathRecord } from './death-record.js';
import type { HostSpec } from '../host.js';
import { isPlanned, type DeathCause } from '../machine/host-state.js';
import type { Incarnation } from '../process/incarnation.js';
import type { PostMortemStore } from './post-mortem-store.js';
import { deservesPostMortem, postMortemOf } from './post-mortem.js';

export interface DeathRegisterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly postMortems: PostMortemStore;
}

/** How a process ended, and what was seen of it before. */
export interface Death {
  readonly incarnation: Incarnation;
  readonly cause: DeathCause;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** With which its calls failed. */
  readonly error: GatewayError;
  readonly logTail: readonly string[];
  readonly operations: readonly Operation[];
}

/** Puts the deaths of one Host on record: in the log, and as post-mortems. */
export class DeathRegister {
  readonly #spec: HostSpec;
  readonly #deps: DeathRegisterDeps;
  last: DeathRecord | undefined;

  constructor(spec: HostSpec, deps: DeathRegisterDeps) {
    this.#spec = spec;
    this.#deps = deps;
  }

  enter({ incarnation, operations, ...end }: Death): DeathRecord {
    const { clock, logger } = this.#deps;
    const { cause, exitCode, signal, error } = end;
    const { spawn, stack, stackMissing } = incarnation;
    const death = { ...end, driverId: this.#spec.driverId, spawn, atMs: clock.wallMs(), stack, stackMissing };
    this.last = { ...death, postMortemId: this.#keep(death, incarnation, operations) };
    const level = isPlanned(cause) ? 'info' : 'warn';
    logger[level]('the Host is down', { spawn, cause, exitCode, signal, error: error.message });
    return this.last;
  }

  #keep(
    death: Omit<DeathRecord, 'postMortemId'>,
    incarnation: Incarnation,
    operations: readonly Operation[],
  ): string | undefined {
    if (!deservesPostMortem(death.cause)) return undefined;
    const { clock, postMortems } = this.#deps;
    const nowMs = clock.monotonicMs();
    const memory = incarnation.memory.list(nowMs);
    const generation = this.#spec.generation ?? null;
    return postMortems.keep(postMortemOf({ death, operations, memory, generation, nowMs }));
  }
}
