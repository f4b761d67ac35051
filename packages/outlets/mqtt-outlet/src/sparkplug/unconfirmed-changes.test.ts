import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, expect, it } from 'vitest';
import { UnconfirmedChanges } from './unconfirmed-changes.js';

let clock: FakeClock;
let kept: number[];
let questions: { readonly answer: () => void; readonly fail: () => void }[];
let changes: UnconfirmedChanges;

beforeEach(() => {
  clock = new FakeClock();
  kept = [];
  questions = [];
  changes = new UnconfirmedChanges({
    confirm: () =>
      new Promise((resolve, reject) =>
        questions.push({ answer: () => resolve(), fail: () => reject(new Error('it ended')) }),
      ),
    keep: (_, payload) => kept.push(payload[0]),
    clock,
  });
});

function tell(value: number, bytes = 1): void {
  const payload = new Uint8Array(bytes);
  payload[0] = value;
  changes.told([{ type: 'store', device: 'd', payload, metricCount: 1 }]);
}

it('asks once a second while something is in doubt, and forgets what was told before the question that is answered', async () => {
  tell(1);
  await clock.advance(999);
  expect(questions).toHaveLength(0);
  await clock.advance(1);
  tell(2);
  questions[0].answer();
  await clock.advance(1000);
  expect(questions).toHaveLength(2);
  changes.disconnected();
  expect(kept).toEqual([2]);
  questions[1].fail();
  await clock.advance(5000);
  expect(questions).toHaveLength(2);
});

it('takes no answer of an older connection', async () => {
  tell(1);
  await clock.advance(1000);
  changes.disconnected();
  tell(2);
  questions[0].answer();
  await clock.advance(0);
  changes.disconnected();
  expect(kept).toEqual([1, 2]);
});

it('puts the oldest on the disk when a broker does not answer and they become too many', () => {
  for (let i = 1; i <= 4; i++) tell(i, 6 * 1024 * 1024);
  expect(kept).toEqual([1, 2]);
});

it('settles when the broker answers; without an answer the end of the connection keeps them', async () => {
  tell(1);
  const settled = changes.settle();
  questions[0].answer();
  await settled;
  expect(kept).toEqual([]);
  tell(2);
  void changes.settle();
  changes.disconnected();
  expect(kept).toEqual([2]);
});
