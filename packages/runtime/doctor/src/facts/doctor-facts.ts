import type { ListeningPort } from './listening-ports.js';

/** What the checks look at. Whatever is not known is undefined, and is said to be so. */
export interface DoctorFacts {
  readonly home: string;
  readonly now: Date;
  /** Of this program. */
  readonly version: string;
  /** The newest layout of a home directory that it understands. */
  readonly homeFormat: number;
  readonly env: NodeJS.ProcessEnv;
  /** The plant document that runs, or would run; secrets as references. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  /** What is wrong with the encrypted secrets; null: nothing. */
  readonly secretsProblem: string | null;
  /** Undefined: no gateway runs on this home directory. */
  readonly running: RunningFacts | undefined;
}

export interface RunningFacts {
  readonly pid: number;
  readonly version: string;
  /** Address of all ports. */
  readonly bind: string;
  /** By what they are: `OPC UA`, `health`, `admin`. */
  readonly ports: Readonly<Record<string, number>>;
  /** Undefined where the system does not tell. */
  readonly listening: readonly ListeningPort[] | undefined;
  readonly usingStaleConfig: boolean;
}

/** Reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|\[::1\]|localhost)$/i.test(host);
}

/** A group of fields of the document; empty where it has none. */
export function section({ document }: DoctorFacts, name: string): Readonly<Record<string, unknown>> {
  return record(document?.[name]) ?? {};
}

/** Of a section that may be there several times. */
export function sections({ document }: DoctorFacts, name: string): readonly Readonly<Record<string, unknown>>[] {
  const written = document?.[name];
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  return list.flatMap(recordIn);
}

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

export function recordIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const found = record(value);
  return found ? [found] : [];
}
