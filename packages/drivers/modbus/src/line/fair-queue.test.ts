import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type QueueItem } from './fair-queue.js';

interface Named extends QueueItem {
  readonly name: string;
}

function item(name: string, lane: number, isWrite = false, deadlineMs = 1000): Named {
  return { name, lane, isWrite, deadlineMs };
}

function drain(queue: FairQueue<Named>, nowMs = 0): string[] {
  const names: string[] = [];
  for (let next = queue.next(nowMs); next; next = queue.next(nowMs)) names.push(next.name);
  return names;
}

function queueOf(laneCount: number, ...items: Named[]): FairQueue<Named> {
  const queue = new FairQueue<Named>(1000);
  for (let lane = 0; lane < laneCount; lane++) queue.addLane(lane);
  for (const one of items) queue.push(one);
  return queue;
}

describe('FairQueue', () => {
  it('serves devices in turn, however much one of them asks', () => {
    const queue = queueOf(2, item('a1', 0), item('a2', 0), item('a3', 0), item('b1', 1));
    expect(drain(queue)).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('serves writes before reads, in order within a device', () => {
    const queue = queueOf(2, item('r', 0), item('w1', 0, true), item('w2', 0, true), item('v', 1, true));
    expect(drain(queue)).toEqual(['w1', 'v', 'w2', 'r']);
  });

  it('lets a read through now and then, however many writes there are', () => {
    const queue = queueOf(1, item('r', 0), ...Array.from({ length: 40 }, (_, i) => item(`w${i}`, 0, true)));
    expect(drain(queue).indexOf('r')).toBe(32);
  });

  it('serves a silent device last while others wait, and again in turn after a while', () => {
    const queue = queueOf(2, item('silent', 1), item('a1', 0), item('a2', 0));
    queue.letYield(1, 100);
    expect(drain(queue, 50)).toEqual(['a1', 'a2', 'silent']);
    queue.push(item('silent', 1));
    queue.push(item('a', 0));
    queue.letYield(1, 100);
    expect(drain(queue, 100)[0]).not.toBe('silent');
    queue.push(item('silent', 1));
    expect(queue.next(0)?.name).toBe('silent');
  });

  it('puts back what has more to send at the head of its device', () => {
    const queue = queueOf(1, item('a1', 0), item('a2', 0));
    queue.putBack(queue.next(0)!);
    expect(drain(queue)).toEqual(['a1', 'a2']);
  });

  it('refuses what exceeds its capacity', () => {
    const queue = new FairQueue<Named>(1);
    queue.addLane(0);
    expect([queue.push(item('a', 0)), queue.push(item('b', 0))]).toEqual([true, false]);
  });

  it('gives out the expired, and knows the next deadline', () => {
    const queue = queueOf(1, item('late', 0, false, 10), item('later', 0, true, 20));
    expect(queue.earliestDeadlineMs()).toBe(10);
    expect(queue.takeExpired(10).map(({ name }) => name)).toEqual(['late']);
    expect(queue.earliestDeadlineMs()).toBe(20);
    expect(queue.size).toBe(1);
  });

  it('loses and doubles nothing', () => {
    const anyItem = fc.record({ lane: fc.nat(3), isWrite: fc.boolean(), deadlineMs: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 50 }), fc.nat(100), (plain, nowMs) => {
        const items = plain.map((one, i) => ({ ...one, name: String(i) }));
        const queue = queueOf(4, ...items);
        const names = [...queue.takeExpired(nowMs).map(({ name }) => name), ...drain(queue)];
        expect(names.sort()).toEqual(items.map(({ name }) => name).sort());
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('goes on in turn when lanes come and go, and hands out who waited in one that goes', () => {
    const queue = queueOf(3, item('a1', 0), item('a2', 0), item('b1', 1), item('b2', 1), item('c1', 2), item('c2', 2));
    expect([queue.next(0)!.name, queue.next(0)!.name]).toEqual(['a1', 'b1']);
    expect(queue.removeLane(1).map(({ name }) => name)).toEqual(['b2']);
    queue.addLane(7);
    queue.push(item('d1', 7));
    expect(queue.size).toBe(4);
    expect(drain(queue)).toEqual(['c1', 'd1', 'a2', 'c2']);
  });

  it('takes no notice of what is told of a lane that is gone', () => {
    const queue = queueOf(2, item('a', 0), item('b', 1));
    const [gone] = queue.removeLane(0);
    queue.letYield(0, 100);
    queue.rest(0, 100);
    expect([queue.remove(gone), queue.restEndMs(0), queue.removeLane(0)]).toEqual([false, -Infinity, []]);
    expect(drain(queue)).toEqual(['b']);
  });
});
