import { waitFor } from '@fieldwarden/testkit';
import { DataType, DataValue } from 'node-opcua';
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Deliveries, type Receiver } from './deliveries.js';

/** Takes as many ms for each value as it is told to. */
class SlowItem implements Receiver {
  readonly received: unknown[] = [];
  takesMs = 0;

  deliver({ value }: DataValue): void {
    const endMs = performance.now() + this.takesMs;
    while (performance.now() < endMs);
    this.received.push(value.value);
  }
}

const number = (value: number): DataValue => new DataValue({ value: { dataType: DataType.Double, value } });

test('values reach an item at once while that takes no time', () => {
  const item = new SlowItem();
  const deliveries = new Deliveries<SlowItem>(() => undefined);
  deliveries.add(item, number(1));
  expect(item.received).toEqual([1]);
});

test('values that take long are handed out over several rounds, all of them and in order', async () => {
  const item = new SlowItem();
  item.takesMs = 4;
  const deliveries = new Deliveries<SlowItem>(() => undefined);
  for (let value = 0; value < 20; value += 1) deliveries.add(item, number(value));
  expect(item.received.length).toBeLessThan(20);
  let rounds = 0;
  await waitFor(
    async () => {
      await nextRound();
      rounds += 1;
      return item.received.length === 20;
    },
    { what: 'all values', intervalMs: 1 },
  );
  expect(item.received).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(rounds).toBeGreaterThan(1);
});

test('an item that can not take a value is told of, and the next gets its own', () => {
  const errors: unknown[] = [];
  const deliveries = new Deliveries<Receiver>((_, error) => void errors.push(error));
  const item = new SlowItem();
  deliveries.add({ deliver: (_, onError) => onError(new Error('not this one')) }, number(1));
  deliveries.add(item, number(2));
  expect(errors).toEqual([new Error('not this one')]);
  expect(item.received).toEqual([2]);
});
