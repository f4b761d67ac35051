import { systemClock, type Clock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { Turns, type Party } from './turns.js';

/** Goes on only by the work that is done. */
let nowMs = 0;
const clock: Clock = { ...systemClock, monotonicMs: () => nowMs };

/** Has so many pieces of work, each of which takes so long. */
class Worker implements Party {
  usedMs = 0;
  pieces: number;
  readonly #takesMs: number;
  readonly #done: (worker: Worker) => void;

  constructor(pieces: number, takesMs: number, done: (worker: Worker) => void) {
    this.pieces = pieces;
    this.#takesMs = takesMs;
    this.#done = done;
  }

  takeTurn(): boolean {
    nowMs += this.#takesMs;
    this.pieces -= 1;
    this.#done(this);
    return this.pieces > 0;
  }
}

test('who comes with little goes before those who have asked for much', async () => {
  const turns = new Turns(clock);
  const order: Worker[] = [];
  const done = (worker: Worker): void => {
    order.push(worker);
    if (order.length === 5) turns.want(small);
  };
  const greedy = [new Worker(30, 3, done), new Worker(30, 3, done)];
  const small = new Worker(1, 0, done);
  for (const worker of greedy) turns.want(worker);
  await waitFor(() => order.length === 61, { what: 'all work to be done' });
  expect(order.indexOf(small)).toBeLessThan(8);
  expect(greedy.map(({ usedMs }) => usedMs)).toEqual([90, 90]);
});

test('idleness is no credit: who was away does not have all turns when he comes back', async () => {
  const turns = new Turns(clock);
  const order: Worker[] = [];
  const done = (worker: Worker): void => {
    order.push(worker);
    if (order.length === 20) turns.want(returned);
  };
  const busy = new Worker(40, 1, done);
  const returned = new Worker(20, 1, done);
  turns.want(busy);
  await waitFor(() => order.length === 60, { what: 'all work' });
  expect(order.slice(20, 24)).toEqual([returned, busy, returned, busy]);
});

test('who has left gets no turn', async () => {
  const turns = new Turns(clock);
  const order: Worker[] = [];
  const done = (worker: Worker): void => void order.push(worker);
  const [gone, there] = [new Worker(1, 0, done), new Worker(1, 0, done)];
  turns.want(gone);
  turns.want(there);
  turns.leave(gone);
  await waitFor(() => order.length === 1, { what: 'the other one' });
  expect(order).toEqual([there]);
});
