import { FakeClock, testCall } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { ExchangeQueue, type Urgency } from './exchange-queue.js';

/** An exchange that ends when told to. */
function exchange(): { run: () => Promise<string>; end: (value: string) => void; started: boolean } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const held = {
    started: false,
    end: resolve,
    run: () => {
      held.started = true;
      return promise;
    },
  };
  return held;
}

test('runs one exchange at a time; writes go first, then probes, then reads, each in the order they came', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const order: string[] = [];
  const enter = (urgency: Urgency, name: string): Promise<void> =>
    queue.run(urgency, testCall({ clock }), () => Promise.resolve(void order.push(name)));
  const first = exchange();
  const running = queue.run('read', testCall({ clock }), first.run);
  const others = Promise.all([
    enter('read', 'read 1'),
    enter('probe', 'probe'),
    enter('read', 'read 2'),
    enter('write', 'write 1'),
    enter('write', 'write 2'),
  ]);
  await clock.advance(10);
  expect(order).toEqual([]);
  first.end('done');
  await Promise.all([running, others]);
  expect(order).toEqual(['write 1', 'write 2', 'probe', 'read 1', 'read 2']);
});

test('who waits beyond its deadline leaves unsent and never starts', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const [first, second] = [exchange(), exchange()];
  const running = queue.run('read', testCall({ clock, timeoutMs: 1_000 }), first.run);
  const waiting = queue.run('write', testCall({ clock, timeoutMs: 100 }), second.run);
  const refusal = expect(waiting).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'not-sent' });
  await clock.advance(100);
  await refusal;
  first.end('done');
  await running;
  // the queue has looked for its next by then
  await clock.advance(0);
  expect(second.started).toBe(false);
});

test('who runs beyond its deadline is given up as unknown, and the next one still waits for the exchange to end', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const [first, second] = [exchange(), exchange()];
  const running = queue.run('write', testCall({ clock, timeoutMs: 100 }), first.run);
  const next = queue.run('write', testCall({ clock, timeoutMs: 1_000 }), second.run);
  const refusal = expect(running).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'unknown' });
  await clock.advance(100);
  await refusal;
  expect(second.started).toBe(false);
  first.end('too late');
  second.end('in time');
  await expect(next).resolves.toBe('in time');
});

test('an aborted call leaves at once', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const abort = new AbortController();
  const first = exchange();
  const running = queue.run('write', testCall({ clock, signal: abort.signal }), first.run);
  const waiting = queue.run('write', testCall({ clock, signal: abort.signal }), first.run);
  abort.abort();
  await expect(running).rejects.toMatchObject({ kind: 'cancelled', writeOutcome: 'unknown' });
  await expect(waiting).rejects.toMatchObject({ kind: 'cancelled', writeOutcome: 'not-sent' });
});

test('a call whose deadline has passed is not sent', async () => {
  const clock = new FakeClock();
  const held = exchange();
  const late = new ExchangeQueue(clock).run('write', testCall({ clock, timeoutMs: 0 }), held.run);
  await expect(late).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'not-sent' });
  expect(held.started).toBe(false);
});

test('closing refuses those who wait and all who come later, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const first = exchange();
  const running = queue.run('read', testCall({ clock }), first.run);
  const waiting = queue.run('write', testCall({ clock }), first.run);
  queue.close();
  await expect(waiting).rejects.toMatchObject({ kind: 'cancelled', writeOutcome: 'not-sent' });
  await expect(queue.run('read', testCall({ clock }), first.run)).rejects.toMatchObject({ kind: 'cancelled' });
  first.end('done');
  await running;
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});

test('refuses calls beyond its bound', async () => {
  const clock = new FakeClock();
  const queue = new ExchangeQueue(clock);
  const held = exchange();
  const calls = Array.from({ length: 1_025 }, () => queue.run('read', testCall({ clock }), held.run));
  await expect(queue.run('read', testCall({ clock }), held.run)).rejects.toMatchObject({ kind: 'overloaded' });
  held.end('done');
  await Promise.all(calls);
});
