import { createRequire } from 'node:module';
import type { Clock } from '@fieldwarden/core';
import { proveOrSetAside } from '../lmdb/prove-or-set-aside.js';
import { StateDatabase } from './state-database.js';

export interface OpenedState {
  readonly database: StateDatabase;
  /** What did not survive, in a sentence; undefined if all did. */
  readonly damage: string | undefined;
}

/** Never refuses a damaged file: that is set aside, and an empty one opened. Rejects with what the system said if there can't be any. */
export async function openState(path: string, clock: Clock): Promise<OpenedState> {
  // By the package's own name: also found when this module runs from its source.
  const program = createRequire(import.meta.url).resolve('@fieldwarden/storage/prove-state');
  const damage = await proveOrSetAside({ path, program, clock }, 'all state begins anew');
  return { database: await StateDatabase.open(path), damage };
}
