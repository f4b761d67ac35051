import { DeskBoard } from '@fieldwarden/service';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { MemoryHistory } from '../testing/memory-history.js';
import { HistoryPresence } from './history-presence.js';

test('history is found when a plant gets one, and missed when it has none any more', async () => {
  const board = new DeskBoard();
  const clock = new FakeClock();
  using presence = new HistoryPresence(board.history, clock);
  await presence.start();
  expect(presence.isKept).toBe(false);
  const offer = board.offers.history(new MemoryHistory());
  await clock.advance(5_000);
  expect(presence.isKept).toBe(true);
  offer[Symbol.dispose]();
  await clock.advance(5_000);
  expect(presence.isKept).toBe(false);
});

test('nobody asks after the end', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const presence = new HistoryPresence({ extents: () => Promise.resolve(((asked += 1), [])) }, clock);
  await presence.start();
  presence[Symbol.dispose]();
  await clock.advance(60_000);
  expect(asked).toBe(1);
});
