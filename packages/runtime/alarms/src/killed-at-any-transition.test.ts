import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import type { Alarm } from '@fieldwarden/gateway-contract';
import { StateStore } from '@fieldwarden/storage';
import { killAfter } from '@fieldwarden/storage/testing';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { JournalRow } from './journal/journal-row.js';
import { storedBook } from './testing/stored-book.js';
import { testConditions, testVerdict } from './testing/test-conditions.js';

const program = new URL('../dist/testing/alarm-forever.js', import.meta.url);
const rounds = process.env.FIELDWARDEN_LONG === '1' ? 170 : 10;

it(
  `a gateway killed at any transition loses none that was kept, and its journal tells how each alarm is (§18.3): ${rounds} rounds`,
  { timeout: rounds * 6_000 },
  async () => {
    await using home = await temporaryDirectory('fieldwarden-alarms-');
    let next = 0;
    let before: readonly JournalRow[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const said = await killAfter(program, [home.path, String(next)], 1 + ((round * 7) % 17), round % 4);
      const kept = Number(said.at(-1)?.split(' ')[1]);
      before = await expectWhole(home.path, before, kept - next + 1);
      next = kept + 1;
    }
  },
);

/** Returns the journal as it is now, oldest row first. */
async function expectWhole(home: string, before: readonly JournalRow[], kept: number): Promise<readonly JournalRow[]> {
  await using store = StateStore.open(join(home, 'state.mdb'), { clock: systemClock, logger: silentLogger });
  const { book } = storedBook(store);
  await book.restore();
  const rows = (await book.journal({ limit: 100_000 })).rows.toReversed();
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
  expect(rows.slice(0, before.length)).toEqual(before);
  const shown = testConditions.map(({ id }) => book.find({ driverId: null, device: null, conditionId: id }));
  expect(shown.map((alarm) => alarm && stateOf(alarm))).toEqual(
    testConditions.map(({ id }, i) => shown[i] && told(rows.filter((row) => row.id === id))),
  );
  // A step that changes nothing, such as an act that came before the kill and its line did not, has no row.
  expect(rows.length - before.length).toBeGreaterThan((kept - 1) * 0.4 - 2);
  const conditions = book.conditionsOf('alarms');
  conditions.define(testConditions);
  for (const alarm of shown)
    if (alarm?.active === true)
      conditions.judge(alarm.id, testVerdict(true, { limitState: alarm.limitState, suppressed: alarm.suppressed }));
  expect((await book.journal({ limit: 1 })).rows.at(0)?.seq ?? 0).toBe(rows.length);
  await book.close();
  return rows;
}

interface Told {
  readonly active: boolean;
  readonly shelved: boolean;
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  readonly enabled: boolean;
}

function stateOf({ active, shelved, suppressed, outOfService, enabled }: Alarm): Told {
  return { active, shelved, suppressed, outOfService, enabled };
}

/** How an alarm is, by what the journal says of it. */
function told(rows: readonly JournalRow[]): Told {
  const last = (on: JournalRow['transition'], off: JournalRow['transition'], fallback = false): boolean => {
    const row = rows.findLast(({ transition }) => transition === on || transition === off);
    return row === undefined ? fallback : row.transition === on;
  };
  return {
    active: last('active', 'cleared'),
    shelved: last('shelved', 'unshelved'),
    suppressed: last('suppressed', 'unsuppressed'),
    outOfService: last('out-of-service', 'in-service'),
    enabled: last('enabled', 'disabled', true),
  };
}
