import { GatewayError } from '@fieldwarden/core';
import { nameText, type DriverName, type HostName } from '../host-name.js';
import type { DeathCause } from '../machine/host-state.js';

/** What is known of a process that ended. */
export type DeathRecord<Name extends HostName = DriverName> = Name & DeathFacts;

export interface DeathFacts {
  readonly spawn: number;
  readonly cause: DeathCause;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Kind `host-lost`; its cause is what the Host said last, or what the Supervisor held against it. */
  readonly error: GatewayError;
  /** ms since 1970 UTC. */
  readonly atMs: number;
  /** Where the main thread stood when it hung, or was when it threw. */
  readonly stack: string | undefined;
  /** Why the stack of a Host that hung is not there. */
  readonly stackMissing: string | undefined;
  /** Its last 50 lines, oldest first. */
  readonly logTail: readonly string[];
  /** Under which the PostMortemStore has it; undefined when nothing was kept. */
  readonly postMortemId: string | undefined;
}

/** How a process ended, as far as it is known when its calls have to fail. */
export interface Ended {
  readonly name: HostName;
  readonly cause: DeathCause;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly why: GatewayError | undefined;
}

export function hostEnded({ name, cause, exitCode, signal, why }: Ended): GatewayError {
  const end = signal ?? (exitCode === null ? 'no exit seen' : `exit code ${exitCode}`);
  const message = `the Host of ${nameText(name)} ended (${cause}, ${end})${why ? `: ${why.message}` : ''}`;
  return new GatewayError({ code: 'HOST_LOST', kind: 'host-lost', message, cause: why });
}
