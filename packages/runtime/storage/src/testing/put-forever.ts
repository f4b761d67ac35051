import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { StateStore } from '../state/state-store.js';

/**
 * `node put-forever.js HOME FIRST`: puts without end and prints `settled N` when all up to N is acknowledged, to be killed at any moment. Each
 * round sets, in two tables, records of many sizes, and removes others, so that the pages of the file are used again and again.
 */
const [home, first] = process.argv.slice(2);
const store = StateStore.open(join(home, 'state.mdb'), { clock: systemClock, logger: silentLogger });
const [counters, values] = [store.table('test/counters'), store.table('test/values')];
for (let i = Number(first); ; i += 1) {
  values.put(`value-${i % 40}`, { round: i, text: 'x'.repeat((i * 997) % 20_000) });
  values.delete(`value-${(i + 20) % 40}`);
  counters.put('round', i);
  await store.settled();
  await say(`settled ${i}`);
}

/** Resolves once the line has left this process: what was said survives it. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}
