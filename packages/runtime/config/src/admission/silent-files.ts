import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { delay, type Clock } from '@fieldwarden/core';
import { isRecord } from '../document/schema-walk.js';
import type { FieldPath, Findings } from '../rules/findings.js';

/** A disk of the machine answers in milliseconds, one over a network within this or not at all. */
const answerMs = 5_000;

/** A document names some; of what is generated the first are enough to find a disk that hangs. */
const mostFiles = 200;

export interface SilentFilesDependencies {
  readonly clock: Clock;
  /** Resolves or rejects once the disk answered. Default: `stat`. */
  readonly look?: (file: string) => Promise<unknown>;
  /** Default: error. A document that ran before is not refused for a disk. */
  readonly severity?: 'error' | 'warning';
}

/**
 * A finding for each file that the document names on a disk that does not answer: a network drive whose server is gone. Rules read files at once,
 * and would wait for ever. Gives back those files, as absolute paths. Files that are not there answer.
 */
export async function findSilentFiles(
  document: unknown,
  baseDir: string,
  findings: Findings,
  { clock, look = stat, severity = 'error' }: SilentFilesDependencies,
): Promise<ReadonlySet<string>> {
  const named = [...filesIn(document, [])].slice(0, mostFiles);
  if (named.length === 0) return new Set();
  const over = new AbortController();
  const late = delay(clock, answerMs, over.signal).then(
    () => true,
    () => false,
  );
  const silent = await Promise.all(
    named.map(async ({ file }) => {
      const answered = look(resolve(baseDir, file)).then(
        () => false,
        () => false,
      );
      return await Promise.race([answered, late]);
    }),
  );
  over.abort();
  const unanswered = named.filter((_, i) => silent[i]);
  const message = (file: string): string => `${file} is on a disk that did not answer within ${answerMs / 1000} s`;
  for (const { path, file } of unanswered) findings[severity](path, 'file-silent', message(file));
  return new Set(unanswered.map(({ file }) => resolve(baseDir, file)));
}

interface NamedFile {
  readonly path: FieldPath;
  readonly file: string;
}

const reference = /\$\{file:([^}]*)\}/;

/** What stands in fields called `…File`, and what references to files mean. Tags, which are many, name none. */
function* filesIn(value: unknown, path: FieldPath): Generator<NamedFile> {
  if (typeof value === 'string') {
    const referred = reference.exec(value)?.[1];
    const isFile = /File$/.test(String(path.at(-1)));
    if (referred !== undefined) yield { path, file: referred };
    else if (isFile && value !== '') yield { path, file: value };
  } else if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) yield* filesIn(element, [...path, i]);
  } else if (isRecord(value)) {
    for (const [name, field] of Object.entries(value)) if (name !== 'tags') yield* filesIn(field, [...path, name]);
  }
}

/** Whether there is anything on this machine, files or secrets, that rules would look up. */
export function namesFilesOrSecrets(value: unknown, name = ''): boolean {
  if (typeof value === 'string') return /\$\{(?:env|file|secret):/.test(value) || (/File$/.test(name) && value !== '');
  if (Array.isArray(value)) return value.some((element) => namesFilesOrSecrets(element, name));
  return (
    isRecord(value) &&
    Object.entries(value).some(([field, inner]) => field !== 'tags' && namesFilesOrSecrets(inner, field))
  );
}
