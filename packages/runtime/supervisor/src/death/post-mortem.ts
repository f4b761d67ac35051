import type { Operation } from '@fieldwarden/channel';
import type { DeathFacts } from './death-record.js';
import type { DriverName, HostName } from '../host-name.js';
import type { DeathCause } from '../machine/host-state.js';
import type { MemorySample } from '../process/memory-curve.js';

/** What is kept of a Host that died, as it stands in its JSON file. Times are ISO-8601 UTC. */
export type PostMortem<Name extends HostName = DriverName> = Name & PostMortemFacts;

export interface PostMortemFacts {
  readonly spawn: number;
  readonly cause: DeathCause;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly at: string;
  readonly error: { readonly code: string; readonly message: string };
  /** Where the main thread stood when it hung, or was when it threw. */
  readonly stack: string | null;
  /** Why the stack of a Host that hung is not there. */
  readonly stackMissing: string | null;
  /** Its last 50 lines, oldest first. */
  readonly logTail: readonly string[];
  /** Its last 1,000 calls, oldest first. */
  readonly operations: readonly PostMortemOperation[];
  /** Over its last 15 minutes, oldest first. */
  readonly memory: readonly PostMortemMemory[];
  /** Of the configuration that it ran on. */
  readonly generation: number | null;
}

export interface PostMortemOperation {
  readonly capability: string;
  readonly device: string | null;
  readonly correlationId: string;
  readonly startedAt: string;
  /** Null for a call that was never answered nor given up. */
  readonly durationMs: number | null;
  /** `ok`, an error's code, or `pending`. */
  readonly result: string;
}

export interface PostMortemMemory {
  readonly at: string;
  readonly privateBytes: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
}

/** Of a Host that was stopped, restarted or moved on somebody's wish there is nothing to find out. */
export function deservesPostMortem(cause: DeathCause): boolean {
  return cause !== 'operator' && cause !== 'configuration' && cause !== 'promotion' && cause !== 'not-spawned';
}

/** What the Host itself wrote may be as long as a frame. */
const limits = { text: 64 * 1024, word: 128 } as const;

export interface PostMortemSources<Name extends HostName> {
  readonly name: Name;
  readonly death: Omit<DeathFacts, 'postMortemId'>;
  readonly operations: readonly Operation[];
  readonly memory: readonly MemorySample[];
  readonly generation: number | null;
  /** On the monotonic clock of the memory samples, at the time of death. */
  readonly nowMs: number;
}

export function postMortemOf<Name extends HostName>({
  name,
  death,
  operations,
  memory,
  generation,
  nowMs,
}: PostMortemSources<Name>): PostMortem<Name> {
  const { spawn, cause, exitCode, signal, atMs, error, stack, stackMissing, logTail } = death;
  return {
    ...name,
    spawn,
    cause,
    exitCode,
    signal,
    at: timeText(atMs),
    error: { code: error.code, message: error.message.slice(0, limits.text) },
    stack: stack?.slice(0, limits.text) ?? null,
    stackMissing: stackMissing ?? null,
    logTail,
    operations: operations.map(operationRow),
    memory: memory.map((sample) => memoryRow(sample, atMs - nowMs)),
    generation,
  };
}

function operationRow({ startedAtMs, durationMs, ...operation }: Operation): PostMortemOperation {
  return {
    capability: operation.capability,
    device: operation.device,
    correlationId: operation.correlationId.slice(0, limits.word),
    startedAt: timeText(startedAtMs),
    durationMs: durationMs === null ? null : Math.round(durationMs * 1000) / 1000,
    result: operation.result.slice(0, limits.word),
  };
}

function memoryRow({ timeMs, ...bytes }: MemorySample, wallOffsetMs: number): PostMortemMemory {
  return { at: timeText(timeMs + wallOffsetMs), ...bytes };
}

function timeText(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
