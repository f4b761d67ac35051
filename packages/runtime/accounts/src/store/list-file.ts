import { readFile } from 'node:fs/promises';
import type { GatewayError } from '@fieldwarden/core';

/** How one file of the home that says who may come in is understood. */
export interface ListFormat<Entry> {
  /** Undefined for a content that is no such list. May throw for it as well. */
  readonly parse: (content: Readonly<Record<string, unknown>>) => readonly Entry[] | undefined;
  /** What is told, and shuts the door, for a file that cannot be understood: also to strangers, so without its path. */
  readonly damaged: (file: string, cause?: unknown) => GatewayError;
}

/** A file that does not exist holds nothing. Rejects with `damaged` for one that cannot be read or understood. */
export async function readListFile<Entry>(
  file: string,
  { parse, damaged }: ListFormat<Entry>,
): Promise<readonly Entry[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(file, error);
  });
  if (text === undefined) return [];
  const entries = parsed(text, file, parse, damaged);
  if (entries) return entries;
  throw damaged(file);
}

/** Of two with one name nobody could say which one is meant, nor remove the second. */
export function haveOwnNames(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

function parsed<Entry>(
  text: string,
  file: string,
  parse: ListFormat<Entry>['parse'],
  damaged: ListFormat<Entry>['damaged'],
): readonly Entry[] | undefined {
  try {
    return parse(JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch (error) {
    throw damaged(file, error);
  }
}
