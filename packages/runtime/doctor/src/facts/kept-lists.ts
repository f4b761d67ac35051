import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, recordIn } from './doctor-facts.js';

/** Entries of a file of the home directory that is a list: `accounts.json`, `tokens.json`. Empty where it is not there, or damaged. */
export function listOf(home: string, file: string, field: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const json = record(JSON.parse(readFileSync(join(home, file), 'utf8'))) ?? {};
    const list = json[field];
    return Array.isArray(list) ? list.flatMap((entry: unknown) => recordIn(entry)) : [];
  } catch {
    return [];
  }
}
