import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { alarmBook } from '../testing/alarm-book.js';
import { killAfter } from '../testing/kill-after.js';
import { programs } from '../testing/index.js';
import { StateStore } from './state-store.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 200 : 20;

it(
  `a gateway killed while it writes state loses nothing that it was told is on disk (§16.5): ${rounds} rounds`,
  { timeout: rounds * 6_000 },
  async () => {
    await Promise.all([3, 11].map((offset) => killAgainAndAgain(offset, rounds / 2)));
  },
);

/** Goes on with one home from round to round. */
async function killAgainAndAgain(offset: number, times: number): Promise<void> {
  await using home = await temporaryDirectory('fieldwarden-kill-');
  let last = 0;
  for (let round = 0; round < times; round += 1) {
    const lines = 1 + ((offset + round * 7) % 60);
    const said = await killAfter(programs.put, [home.path, String(last + 1)], lines, (offset * round) % 5);
    last = await expectWhole(home.path, Number(said.at(-1)?.split(' ')[1]));
  }
}

/** Of a commit everything or nothing is there, and nothing of what was settled is missing. Returns the last round that is there. */
async function expectWhole(home: string, settled: number): Promise<number> {
  await using store = StateStore.open(join(home, 'state.mdb'), { clock: systemClock, logger: silentLogger });
  const round = (await store.table('test/counters').get('round')) as number;
  expect(round).toBeGreaterThanOrEqual(settled);
  const expected = new Map<string, unknown>();
  for (let i = Math.max(1, round - 40); i <= round; i += 1) {
    expected.set(`value-${i % 40}`, { round: i, text: 'x'.repeat((i * 997) % 20_000) });
    expected.delete(`value-${(i + 20) % 40}`);
  }
  expect(new Map(await store.table('test/values').entries())).toEqual(expected);
  const alarms = alarmBook();
  store.reportTo(alarms);
  expect([...alarms.standing]).toEqual([]);
  return round;
}
