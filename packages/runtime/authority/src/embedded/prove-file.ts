import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { delay, type Clock } from '@fieldwarden/core';
import { damaged, schemaNewer, unreachable } from '../authority-errors.js';
import { damageRemedy } from './authority-file.js';
import { proofExit } from './proof-exit.js';
import { putInPlace, removeDatabase } from './put-in-place.js';
import { fileFormat } from './records.js';

/** A file of a hundred large generations is checked in a few seconds; a damaged tree may lead in a circle. */
const proofTimeoutMs = 60_000;

const maxReportBytes = 4_096;

const copySuffix = '.proving-';

interface ProofEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly report: string;
}

/**
 * Has a child process read the whole file, so that damage ends that process and not this one, and puts the copy that it has written
 * in the file's place. Resolves when the file is sound or does not exist. Rejects with `AUTHORITY_DAMAGED`, `AUTHORITY_SCHEMA_NEWER`,
 * or `AUTHORITY_UNREACHABLE` if it could not be checked.
 */
export async function proveFile(path: string, clock: Clock): Promise<void> {
  await sweepCopies(path);
  if (!(await exists(path))) return;
  const copy = `${path}${copySuffix}${process.pid}`;
  const end = await runChild(path, copy, clock);
  if (end.code === proofExit.rebuilt) return await putInPlace(copy, path);
  await removeDatabase(copy);
  if (end.code === proofExit.soundInPlace) return;
  if (end.code === proofExit.newer) throw schemaNewer(path, Number(end.report), fileFormat);
  throw damaged(`${path} is damaged: ${verdictOf(end)}`, damageRemedy);
}

/** Of checks that were killed. */
async function sweepCopies(path: string): Promise<void> {
  const prefix = `${basename(path)}${copySuffix}`;
  const left = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix));
  for (const name of left) await removeDatabase(join(dirname(path), name));
}

function verdictOf({ code, signal, report }: ProofEnd): string {
  if (code === proofExit.flaw) return report;
  if (signal === 'SIGKILL') return `the check of it did not come to an end within ${proofTimeoutMs / 1_000} s`;
  return `the check of it ended with ${signal ?? `exit code ${String(code)}`}${report === '' ? '' : ` (${lastLine(report)})`}`;
}

function lastLine(report: string): string {
  return report.trim().split('\n').at(-1) ?? '';
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile() || refuse(path, 'it is not a file');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error instanceof Error && 'kind' in error ? error : refused(path, error);
  }
}

function refuse(path: string, why: string): never {
  throw damaged(`${path} cannot be used: ${why}`, damageRemedy);
}

function refused(path: string, cause: unknown): Error {
  return unreachable(`cannot read ${path}`, 'Check that the home directory is readable for the gateway', cause);
}

async function runChild(path: string, copy: string, clock: Clock): Promise<ProofEnd> {
  // By the package's own name: also found when this module runs from its source.
  const program = createRequire(import.meta.url).resolve('@fieldwarden/authority/prove-file');
  const child = spawn(process.execPath, [program, path, copy], { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  const settled = new AbortController();
  delay(clock, proofTimeoutMs, settled.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  let report = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (report = (report + text).slice(-maxReportBytes)));
  try {
    return await new Promise<ProofEnd>((resolve, reject) => {
      child.on('error', (error) => reject(refused(path, error)));
      child.on('close', (code, signal) => resolve({ code, signal, report: report.trim() }));
    });
  } finally {
    settled.abort();
  }
}
