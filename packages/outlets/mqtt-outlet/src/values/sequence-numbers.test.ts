import { collectingLogger, MemoryStorage } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SequenceNumbers } from './sequence-numbers.js';

const nowMs = 1_700_000_000_000;

it('grow over restarts, also after a crash', async () => {
  const storage = new MemoryStorage();
  const open = async () => await SequenceNumbers.open(await storage.table('seq'), nowMs, collectingLogger());
  const first = await open();
  const given = [first.next(), first.next()];
  storage.crash();
  const second = await open();
  given.push(second.next(), second.next());
  expect(given).toEqual(given.toSorted((a, b) => a - b));
  expect(new Set(given).size).toBe(4);
});

it('grow over the loss of all that was kept, and over a clock that was set back', async () => {
  const open = async (storage: MemoryStorage, wallMs: number) =>
    (await SequenceNumbers.open(await storage.table('seq'), wallMs, collectingLogger())).next();
  const before = new MemoryStorage();
  const given = [await open(before, nowMs), await open(before, nowMs - 3_600_000), await open(before, nowMs)];
  given.push(await open(new MemoryStorage(), nowMs + 3_600_000));
  expect(given).toEqual(given.toSorted((a, b) => a - b));
  expect(new Set(given).size).toBe(4);
});

it('are not begun on a disk that takes nothing', async () => {
  const storage = new MemoryStorage();
  storage.full = true;
  const table = await storage.table('seq');
  await expect(SequenceNumbers.open(table, nowMs, collectingLogger())).rejects.toThrow('disk is full');
});
