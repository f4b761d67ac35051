import { FakeClock, MemoryStorage } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { SendFailure, type SendOutcome } from '../channels/channel.js';
import { notification } from '../testing/settings-of.js';
import type { DeadLetter } from './queued.js';
import { SendQueue } from './send-queue.js';

const [hot] = notification.alarms;

class Post {
  readonly clock = new FakeClock();
  readonly storage = new MemoryStorage();
  /** What the other side has got: ids of alarms, a list a message. */
  readonly got: string[] = [];
  readonly dead: DeadLetter[] = [];
  readonly failed: number[] = [];
  /** How the next messages end, before they are taken. */
  readonly failures: (SendOutcome | 'never')[] = [];
  queue!: SendQueue;

  static async open(): Promise<Post> {
    const post = new Post();
    await post.restart();
    return post;
  }

  async restart(): Promise<void> {
    this.queue = new SendQueue({
      table: await this.storage.table('queue'),
      clock: this.clock,
      random: () => 0.5,
      site: 'lab',
      channel: (id) =>
        id === 'gone'
          ? undefined
          : {
              send: ({ alarms }, to) =>
                this.#take(
                  id,
                  alarms.map((alarm) => alarm.id),
                  to,
                ),
            },
      consolidationMs: () => 30_000,
      sent: () => undefined,
      failed: (_channel, _message, attempts) => void this.failed.push(attempts),
      dead: (letter) => void this.dead.push(letter),
      changed: () => this.queue.pump(),
    });
    await this.queue.restore();
  }

  add(name: string, channelId = 'shift', more: object = {}): void {
    this.queue.add({ key: name, alarm: { ...hot, id: name }, channelId, to: null, quietHours: null, ...more });
  }

  async after(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.queue.pump();
    await this.clock.advance(0);
    await new Promise(setImmediate);
  }

  async #take(channel: string, alarms: readonly string[], to: readonly string[] | null): Promise<void> {
    const failure = this.failures.shift();
    if (failure === 'never') await new Promise(() => undefined);
    if (failure !== undefined && failure !== 'never') throw new SendFailure(failure, 'the other side is ill');
    this.got.push([channel, ...(to ?? []), ...alarms].join(' '));
  }
}

describe('the queue of notifications', () => {
  it('sends the first at once, gathers what follows, and sends that as one', async () => {
    const post = await Post.open();
    post.add('a');
    await post.after(0);
    post.add('b');
    post.add('c');
    await post.after(29_999);
    expect(post.got).toEqual(['shift a']);
    await post.after(1);
    expect(post.got).toEqual(['shift a', 'shift b c']);
    expect(post.queue.size).toBe(0);
  });

  it('gathers for each receiver by itself', async () => {
    const post = await Post.open();
    post.add('a');
    post.add('a', 'chief');
    post.add('a', 'shift', { to: ['x@plant'] });
    await post.after(0);
    await post.after(0);
    expect(post.got.toSorted()).toEqual(['chief a', 'shift a', 'shift x@plant a']);
  });

  it('sends nothing of an alarm that calls for nobody any more', async () => {
    const post = await Post.open();
    post.add('a');
    await post.after(0);
    post.add('b');
    post.add('c');
    post.queue.withdraw('b');
    await post.after(30_000);
    expect(post.got).toEqual(['shift a', 'shift c']);
  });

  it('waits for the end of quiet hours', async () => {
    const post = await Post.open();
    post.add('a', 'shift', { quietHours: { from: '00:00', to: '06:00', timeZone: 'UTC' } });
    await post.after(6 * 3_600_000 - 1);
    expect(post.got).toEqual([]);
    await post.after(1);
    expect(post.got).toEqual(['shift a']);
  });

  it('tries again with growing pauses what did not leave, and gives up after a day', async () => {
    const post = await Post.open();
    post.failures.push(...Array<SendOutcome>(5_000).fill('not-sent'));
    post.add('a');
    await post.after(0);
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      const tries = post.failed.length;
      await post.after(pauseMs - 1);
      expect(post.failed.length).toBe(tries);
      await post.after(1);
      expect(post.failed.length).toBe(tries + 1);
    }
    expect(post.failed).toEqual([1, 2, 3, 4]);
    for (let hour = 0; hour < 25 * 12; hour += 1) await post.after(300_000);
    expect(post.dead.map(({ result, alarms }) => [result, alarms.length])).toEqual([['expired', 1]]);
    expect(post.queue.size).toBe(0);
  });

  it.each(['refused', 'unknown'] as const)('does not try again what was %s', async (outcome) => {
    const post = await Post.open();
    post.failures.push(outcome);
    post.add('a');
    await post.after(0);
    await post.after(1_000_000);
    expect(post.got).toEqual([]);
    expect(post.dead).toMatchObject([{ channel: 'shift', result: outcome, message: 'the other side is ill' }]);
  });

  it('does not keep others waiting for a channel that is gone, or that hangs', async () => {
    const post = await Post.open();
    post.failures.push('never');
    post.add('a', 'hangs');
    await post.after(0);
    post.add('b', 'gone');
    post.add('c', 'chief');
    await post.after(0);
    expect(post.got).toEqual(['chief c']);
    expect(post.dead.map(({ channel }) => channel)).toEqual(['gone']);
  });

  it('is bounded: the oldest become dead letters', async () => {
    const post = await Post.open();
    for (let i = 0; i <= 10_000; i += 1) post.add(`a${i}`);
    expect(post.queue.size).toBe(10_000);
    expect(post.dead).toMatchObject([{ result: 'dropped', alarms: [{ id: 'a0' }] }]);
  });

  it('sends also while the disk takes nothing', async () => {
    const post = await Post.open();
    post.storage.full = true;
    post.add('a');
    await post.after(0);
    expect(post.got).toEqual(['shift a']);
  });
});

describe('a crash', () => {
  it('before a message leaves: it is sent afterwards', async () => {
    const post = await Post.open();
    post.add('a');
    await (await post.storage.table('queue')).settled();
    post.storage.crash();
    await post.restart();
    await post.after(0);
    expect(post.got).toEqual(['shift a']);
    expect(post.dead).toEqual([]);
  });

  it('while a message is on its way: it is not sent again, and people can see that', async () => {
    const post = await Post.open();
    post.failures.push('never');
    post.add('a');
    post.add('b');
    await post.after(0);
    post.storage.crash();
    await post.restart();
    await post.after(100_000);
    expect(post.got).toEqual([]);
    expect(post.dead).toMatchObject([{ result: 'unknown', alarms: [{ id: 'a' }, { id: 'b' }] }]);
  });

  it('after a message was taken: nothing is left of it', async () => {
    const post = await Post.open();
    post.add('a');
    await post.after(0);
    post.storage.crash();
    await post.restart();
    await post.after(100_000);
    expect(post.got).toEqual(['shift a']);
    expect(post.dead).toEqual([]);
  });
});
