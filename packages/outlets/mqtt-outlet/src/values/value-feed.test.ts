import { silentLogger, statusCodes, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { FakeClock, MemoryTags, memoryTag } from '@fieldwarden/testkit';
import type { OutboxMessage } from '@fieldwarden/outbox';
import { expect, it } from 'vitest';
import { mqttOutletSettings } from '../settings.js';
import { topicsOf } from '../topics.js';
import { ValueFeed } from './value-feed.js';
import { ValueMessages } from './value-messages.js';

class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly tags = new MemoryTags(this.clock);
  readonly sent: OutboxMessage[] = [];
  readonly feed: ValueFeed;

  constructor(publish: object = {}, ...definitions: (string | TagDefinition)[]) {
    const whole = definitions.map((one) => (typeof one === 'string' ? float(one) : one));
    if (whole.length > 0) this.tags.define(...whole);
    let seq = 0;
    const settings = this.settings(publish);
    const messages = new ValueMessages(settings, {
      numbers: { next: () => (seq += 1) },
      wallMs: () => this.clock.wallMs(),
      send: (message) => void this.sent.push(message),
    });
    const { tags, clock } = this;
    this.feed = new ValueFeed(settings, {
      tags,
      clock,
      messages,
      logger: silentLogger,
      topics: topicsOf('fieldwarden', 'lab'),
    });
  }

  settings(publish: object) {
    return mqttOutletSettings.parse({ url: 'mqtt://x', publish }).publish;
  }

  /** What was published since the last look: `path=value`. */
  async published(): Promise<readonly string[]> {
    await this.clock.advance(5);
    return this.sent.splice(0).map(({ topic, payload }) => {
      const { v } = JSON.parse(payload.toString()) as { v: TagValue | null };
      return `${topic.replace('fieldwarden/lab/tags/', '')}=${JSON.stringify(v)}`;
    });
  }

  [Symbol.dispose](): void {
    this.feed[Symbol.dispose]();
  }
}

const float = (path: string, more: Partial<TagDefinition> = {}): TagDefinition =>
  memoryTag(path, { type: { scalar: 'float64' }, ...more });

it('publishes value, status, time and number of each change', async () => {
  using stage = new Stage({}, 'line/speed');
  await stage.published();
  stage.tags.apply({
    path: 'line/speed',
    value: 12.5,
    sourceAtMs: 1_700_000_000_123,
    status: statusCodes.UncertainSubNormal,
  });
  await stage.clock.advance(5);
  const [{ topic, payload, qos, retain }] = stage.sent;
  expect([topic, qos, retain]).toEqual(['fieldwarden/lab/tags/line/speed', 1, true]);
  expect(payload.toString()).toBe(`{"v":12.5,"q":${statusCodes.UncertainSubNormal},"t":1700000000123,"seq":2}`);
});

it('publishes what is there when it begins, and every value of a tag that changes twice in a moment', async () => {
  using stage = new Stage({}, 'a', 'b');
  expect(await stage.published()).toEqual(['a=null', 'b=null']);
  stage.tags.set('a', 1);
  stage.tags.set('a', 2);
  expect(await stage.published()).toEqual(['a=1', 'a=2']);
});

it('leaves out what is excluded, what is not included, and tags that say so themselves', async () => {
  using stage = new Stage(
    { include: ['line/**'], exclude: ['**/secret'] },
    'line/a',
    'line/secret',
    'other/a',
    float('line/quiet', { publish: false }),
  );
  expect(await stage.published()).toEqual(['line/a=null']);
  expect(stage.feed.size).toBe(1);
});

it('follows tags that come and go: of one that is gone the last value is not left standing', async () => {
  using stage = new Stage();
  stage.tags.define(float('late'));
  stage.tags.set('late', 3);
  expect((await stage.published()).at(-1)).toBe('late=3');
  stage.tags.remove('late');
  await stage.clock.advance(5);
  const { q, v } = JSON.parse(stage.sent[0].payload.toString()) as { q: number; v: unknown };
  expect([q, v]).toEqual([statusCodes.BadNodeIdUnknown, null]);
});

it('keeps the shortest time between two values, and then publishes the last', async () => {
  using stage = new Stage({ minIntervalMs: 1000 }, 'a');
  await stage.published();
  for (let value = 1; value <= 10; value += 1) {
    stage.tags.set('a', value);
    await stage.clock.advance(50);
  }
  expect(await stage.published()).toEqual([]);
  await stage.clock.advance(600);
  expect(await stage.published()).toEqual(['a=10']);
});

it('publishes again what has not changed for the time of a heartbeat', async () => {
  using stage = new Stage({ heartbeatMs: 60_000 }, 'a');
  stage.tags.set('a', 1);
  await stage.published();
  await stage.clock.advance(59_900);
  expect(await stage.published()).toEqual([]);
  await stage.clock.advance(200);
  expect(await stage.published()).toEqual(['a=1']);
  await stage.clock.advance(60_000);
  expect(await stage.published()).toEqual(['a=1']);
});

it('puts what changed of a device at the same time into one message, and loses no value for it', async () => {
  const own = { driverId: 'plc', deviceId: 'd1' };
  using stage = new Stage(
    { batch: 'device' },
    float('a', own),
    float('b', own),
    float('c', { driverId: null, deviceId: null }),
  );
  await stage.published();
  stage.tags.apply({ path: 'a', value: 1 }, { path: 'b', value: 2 }, { path: 'c', value: 3 });
  stage.tags.set('a', 4);
  await stage.clock.advance(5);
  const bodies = stage.sent.map(({ topic, retain, payload }) => {
    const { tags, v } = JSON.parse(payload.toString()) as { tags?: Record<string, { v: number }>; v?: number };
    return [
      topic.replace('fieldwarden/lab/', ''),
      retain,
      tags ? Object.entries(tags).map(([path, one]) => `${path}=${one.v}`) : v,
    ];
  });
  expect(bodies).toEqual([
    ['tags/c', true, 3],
    ['batch/plc/d1', false, ['a=1', 'b=2']],
    ['batch/plc/d1', false, ['a=4']],
  ]);
});

it('takes other settings over: what is published from then on comes with its present value', async () => {
  using stage = new Stage({ include: ['a'] }, 'a', 'b');
  stage.tags.apply({ path: 'a', value: 1 }, { path: 'b', value: 2 });
  await stage.published();
  stage.feed.apply(stage.settings({ include: ['b'] }));
  expect(await stage.published()).toEqual(['b=2']);
  stage.tags.set('a', 5);
  expect(await stage.published()).toEqual([]);
});

it('makes messages in short stretches, and misses nothing but what a newer value replaced', async () => {
  using stage = new Stage({}, 'a', 'b');
  await stage.published();
  for (let value = 1; value <= 150_000; value += 1) stage.tags.set('a', value);
  stage.tags.set('b', 7);
  stage.feed.flush();
  const values = stage.sent.map(({ payload }) => (JSON.parse(payload.toString()) as { v: number }).v);
  expect(values.slice(0, 3)).toEqual([1, 2, 3]);
  expect(values.slice(-2).toSorted((x, y) => x - y)).toEqual([7, 150_000]);
  expect(stage.feed.conflated).toBe(150_000 - 100_000 - 1);
});
