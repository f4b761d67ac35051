import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { delay, type Clock } from '@fieldwarden/core';
import { putDatabaseInPlace, removeDatabase } from './database-files.js';
import { proofExit } from './proof-exit.js';

/** A file of a hundred large generations is checked in a few seconds; a damaged tree may lead in a circle. */
const proofTimeoutMs = 60_000;

const maxReportBytes = 4_096;

const copySuffix = '.proving-';

export interface ProofRequest {
  /** The database, which nobody has open. */
  readonly path: string;
  /** Path of a program that calls `runProof`. */
  readonly program: string;
  readonly clock: Clock;
  /** For files that may be large. Default: a minute. */
  readonly timeoutMs?: number;
}

/** `sound`: it may be opened. `lost`: what was left out of it, in words; '' if nothing was. */
export type ProofVerdict =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'sound'; readonly lost: string }
  | { readonly outcome: 'flawed'; readonly reason: string }
  | { readonly outcome: 'newer'; readonly format: number };

/** How a process ends that reads a damaged file. Any other signal comes from outside and says nothing about the file. */
const crashes: ReadonlySet<string> = new Set(['SIGBUS', 'SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

interface ProofEnd {
  readonly timedOut: boolean;
  readonly timeoutMs: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
  readonly errors: string;
}

/**
 * Has a child process read the whole database, so that damage ends that process and not this one, and puts the copy that it has written
 * in the file's place. A flawed or newer file stays as it is. Rejects with what the system said if it could not be checked.
 */
export async function proveDatabase({
  path,
  program,
  clock,
  timeoutMs = proofTimeoutMs,
}: ProofRequest): Promise<ProofVerdict> {
  await sweepCopies(path);
  const found = await stat(path).catch(ignoreAbsence);
  if (!found) return { outcome: 'absent' };
  if (!found.isFile()) return { outcome: 'flawed', reason: 'it is not a file' };
  const copy = `${path}${copySuffix}${process.pid}`;
  const end = await runChild([program, path, copy], clock, timeoutMs);
  if (end.code === proofExit.rebuilt) await putDatabaseInPlace(copy, path);
  else await removeDatabase(copy);
  return verdictOf(end);
}

/** Of checks that were killed. */
async function sweepCopies(path: string): Promise<void> {
  const prefix = `${basename(path)}${copySuffix}`;
  const left = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix));
  for (const name of left) await removeDatabase(join(dirname(path), name));
}

function ignoreAbsence(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function verdictOf(end: ProofEnd): ProofVerdict {
  switch (end.code) {
    case proofExit.rebuilt:
    case proofExit.checkedInPlace:
      return { outcome: 'sound', lost: end.said };
    case proofExit.newer:
      return { outcome: 'newer', format: Number(end.said) };
    case proofExit.flaw:
      return { outcome: 'flawed', reason: end.said };
    case proofExit.unchecked:
      throw new Error(end.errors);
    default:
      return { outcome: 'flawed', reason: crashOf(end) };
  }
}

function crashOf({ timedOut, timeoutMs, code, signal, errors }: ProofEnd): string {
  if (timedOut) return `the check of it did not come to an end within ${timeoutMs / 1_000} s`;
  if (signal !== null && !crashes.has(signal)) throw new Error(`the check of it was ended by ${signal}`);
  const lastLine = errors.split('\n').at(-1) ?? '';
  return `the check of it ended with ${signal ?? `exit code ${String(code)}`}${lastLine === '' ? '' : ` (${lastLine})`}`;
}

async function runChild(programAndPaths: readonly string[], clock: Clock, timeoutMs: number): Promise<ProofEnd> {
  const child = spawn(process.execPath, programAndPaths, { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
  const settled = new AbortController();
  let timedOut = false;
  delay(clock, timeoutMs, settled.signal).then(
    () => (timedOut = child.kill('SIGKILL')),
    () => undefined,
  );
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-maxReportBytes)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-maxReportBytes)));
  try {
    return await new Promise<ProofEnd>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) =>
        resolve({ timedOut, timeoutMs, code, signal, said: said.trim(), errors: errors.trim() }),
      );
    });
  } finally {
    settled.abort();
  }
}
