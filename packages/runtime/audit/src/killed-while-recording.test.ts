import { temporaryDirectory } from '@fieldwarden/testkit';
import { killAfter } from '@fieldwarden/storage/testing';
import { expect, it } from 'vitest';
import { recordForever, testAudit } from './testing/index.js';
import { verifyAudit } from './index.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 200 : 20;

it(
  `a gateway killed while it writes the audit loses no row that it was told is on disk, and the chain stays whole (§13.4): ${rounds} rounds`,
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
    const said = await killAfter(recordForever, [home.path, String(last + 1)], lines, (offset * round) % 5);
    last = await expectWhole(home.path, last, Number(said.at(-1)?.split(' ')[1]));
  }
}

/** Each row up to `settled` is there once, in its place. Returns the last one. */
async function expectWhole(home: string, before: number, settled: number): Promise<number> {
  expect(await verifyAudit(home)).toMatchObject({ ok: true, flaws: [] });
  await using audit = testAudit(home);
  const numbers: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { rows, next } = await audit.page({ limit: 1_000, action: 'write', ...(cursor !== undefined && { cursor }) });
    numbers.push(...rows.map(({ subject }) => Number(subject.slice('row '.length))));
    cursor = (numbers.at(-1) ?? 0) <= before ? null : next;
  }
  const last = numbers[0];
  expect(last).toBeGreaterThanOrEqual(settled);
  const expected = Array.from({ length: last - before }, (_, i) => last - i);
  expect(numbers.filter((number) => number > before)).toEqual(expected);
  expect(await audit.verify()).toMatchObject({ ok: true });
  return last;
}
