import { collectingLogger, MemoryStorage } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SequenceNumbers } from './sequence-numbers.js';

it('grow over restarts, also after a crash', async () => {
  const storage = new MemoryStorage();
  const open = async () => await SequenceNumbers.open(await storage.table('seq'), collectingLogger());
  const first = await open();
  const given = [first.next(), first.next()];
  storage.crash();
  const second = await open();
  given.push(second.next(), second.next());
  expect(given).toEqual(given.toSorted((a, b) => a - b));
  expect(new Set(given).size).toBe(4);
});

it('are not begun on a disk that takes nothing', async () => {
  const storage = new MemoryStorage();
  storage.full = true;
  const table = await storage.table('seq');
  await expect(SequenceNumbers.open(table, collectingLogger())).rejects.toThrow('disk is full');
});
