import type { Operation } from '@fieldwarden/channel';
import type { Clock, GatewayError, Logger } from '@fieldwarden/core';
import type { DeathFacts, DeathRecord } from './death-record.js';
import type { HostName } from '../host-name.js';
import { isPlanned, type DeathCause } from '../machine/host-state.js';
import type { Incarnation } from '../process/incarnation.js';
import type { PostMortemStore } from './post-mortem-store.js';
import { deservesPostMortem, postMortemOf } from './post-mortem.js';

export interface DeathRegisterDeps<Name extends HostName> {
  readonly name: Name;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly postMortems: PostMortemStore<Name>;
  /** Number of the configuration that it runs on; asked when it dies. */
  readonly generation: () => number | null;
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
export class DeathRegister<Name extends HostName> {
  readonly #deps: DeathRegisterDeps<Name>;
  last: DeathRecord<Name> | undefined;

  constructor(deps: DeathRegisterDeps<Name>) {
    this.#deps = deps;
  }

  enter({ incarnation, operations, ...end }: Death): DeathRecord<Name> {
    const { name, clock, logger } = this.#deps;
    const { cause, exitCode, signal, error } = end;
    const { spawn, stack, stackMissing } = incarnation;
    const death = { ...end, spawn, atMs: clock.wallMs(), stack, stackMissing };
    this.last = { ...name, ...death, postMortemId: this.#keep(death, incarnation, operations) };
    const level = isPlanned(cause) ? 'info' : 'warn';
    logger[level]('the Host is down', { spawn, cause, exitCode, signal, error: error.message });
    return this.last;
  }

  #keep(
    death: Omit<DeathFacts, 'postMortemId'>,
    incarnation: Incarnation,
    operations: readonly Operation[],
  ): string | undefined {
    if (!deservesPostMortem(death.cause)) return undefined;
    const { name, clock, postMortems, generation } = this.#deps;
    const nowMs = clock.monotonicMs();
    const memory = incarnation.memory.list(nowMs);
    return postMortems.keep(postMortemOf({ name, death, operations, memory, generation: generation(), nowMs }));
  }
}
