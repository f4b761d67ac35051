import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { StateStore } from '@fieldwarden/storage';
import { testConditions, testVerdict } from './test-conditions.js';
import { storedBook } from './stored-book.js';

/**
 * `node alarm-forever.js HOME FIRST`: goes through every transition of two conditions again and again, and prints `kept N` when all up to N is on
 * disk, to be killed at any moment.
 */
const [home, first] = process.argv.slice(2);
const store = StateStore.open(join(home, 'state.mdb'), { clock: systemClock, logger: silentLogger });
const { book } = storedBook(store);
await book.restore();
const conditions = book.conditionsOf('alarms');
conditions.define(testConditions);
const act = (conditionId: string, name: Parameters<typeof book.act>[0]['act']): void =>
  void book.act({ act: name, driverId: null, device: null, conditionId, eventId: undefined, comment: 'why' }, 'anna');
const steps: readonly (() => void)[] = [
  () => conditions.judge('seen', testVerdict(true)),
  () => act('seen', 'acknowledge'),
  () => act('apart', 'shelve'),
  () => conditions.judge('seen', testVerdict(true, { limitState: 'highHigh' })),
  () => act('seen', 'comment'),
  () => conditions.judge('apart', testVerdict(true)),
  () => act('seen', 'confirm'),
  () => act('apart', 'unshelve'),
  () => conditions.judge('seen', testVerdict(false)),
  () => act('apart', 'out-of-service'),
  () => conditions.judge('apart', testVerdict(true, { suppressed: true })),
  () => act('apart', 'in-service'),
  () => conditions.judge('apart', testVerdict(true)),
  () => act('apart', 'disable'),
  () => act('apart', 'enable'),
  () => conditions.judge('apart', testVerdict(false)),
];
for (let i = Number(first); ; i += 1) {
  steps[i % steps.length]();
  await book.kept();
  await say(`kept ${i}`);
}

/** Resolves once the line has left this process: what was said survives it. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}
