import type { ISubscription, MonitoredItem } from 'node-opcua';
import { expect, test } from 'vitest';
import { QueueBudget } from './queue-budget.js';

const subscriptionOf = (): ISubscription => ({}) as ISubscription;
const itemOf = (queueSize: number): MonitoredItem =>
  ({ queueSize, node: null, itemToMonitor: {} }) as unknown as MonitoredItem;

/** So many items that ask for the longest queue; the lengths that they get. */
function fill(budget: QueueBudget, subscription: ISubscription, items: number): number[] {
  return Array.from({ length: items }, () => {
    const length = budget.allowed(5_000, null, subscription);
    budget.take(itemOf(length), subscription);
    return length;
  });
}

const sum = (lengths: readonly number[]): number => lengths.reduce((all, one) => all + one, 0);

test('queues have 100 places, and what is left of the budget when that is less', () => {
  const budget = new QueueBudget();
  const subscription = subscriptionOf();
  const lengths = fill(budget, subscription, 2_000);
  expect([lengths[0], lengths.at(-1)]).toEqual([100, 1]);
  expect(sum(lengths) * 300).toBeLessThan(34 * 1_048_576);
});

test('many greedy subscriptions leave another one its own share', () => {
  const budget = new QueueBudget();
  const all = Array.from({ length: 20 }, () => sum(fill(budget, subscriptionOf(), 2_000)));
  expect(sum(all) * 300).toBeLessThan(160 * 1_048_576);
  expect(fill(budget, subscriptionOf(), 3)).toEqual([100, 100, 100]);
});

test('what an item gives back, others get', () => {
  const budget = new QueueBudget();
  const subscription = subscriptionOf();
  const item = itemOf(100);
  budget.take(item, subscription);
  fill(budget, subscription, 2_000);
  expect(budget.allowed(100, null, subscription)).toBe(1);
  budget.release(item);
  budget.release(item);
  expect(budget.allowed(100, null, subscription)).toBeGreaterThan(50);
});
