import { statusCodes } from '@fieldwarden/core';
import { collectingLogger, FakeClock, MemoryStorage, MemoryTags, memoryTag, MemoryWriter } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { commandPrincipal, mqttOutletSettings } from '../settings.js';
import { topicsOf } from '../topics.js';
import { CommandIds } from './command-ids.js';
import { Commands } from './commands.js';

const dayMs = 86_400_000;

class Stage {
  readonly clock = new FakeClock();
  readonly tags = new MemoryTags(this.clock);
  readonly writer = new MemoryWriter(this.tags);
  readonly storage: MemoryStorage;
  readonly logger = collectingLogger();
  readonly answers: string[] = [];
  readonly messages: unknown[] = [];
  commands!: Commands;

  private constructor(storage = new MemoryStorage()) {
    this.storage = storage;
    this.tags.define(
      memoryTag('line/speed', { type: { scalar: 'float64' }, access: 'read-write', limits: { min: 0, max: 120 } }),
      memoryTag('line/total', { type: { scalar: 'uint64' }, access: 'read-write' }),
      memoryTag('line/level', { type: { scalar: 'float64' } }),
    );
  }

  static async start(storage?: MemoryStorage, rights: unknown = true): Promise<Stage> {
    const stage = new Stage(storage);
    const wallMs = (): number => stage.clock.wallMs();
    const { tags, writer, logger } = stage;
    stage.commands = new Commands({
      ids: await CommandIds.open(await stage.storage.table('commands'), wallMs),
      tags,
      writer,
      topics: topicsOf('fieldwarden', 'lab'),
      principal: commandPrincipal('gateway', mqttOutletSettings.parse({ url: 'mqtt://x', commands: rights })),
      answer: (topic, { id, outcome, status, message }) => {
        stage.messages.push(message);
        stage.answers.push(
          `${topic.replace('fieldwarden/lab/set-result/', '')} ${JSON.stringify(id)} ${String(outcome)} ${String(status)}`,
        );
      },
      wallMs,
      logger,
    });
    return stage;
  }

  async set(path: string, text: string, retain = false): Promise<void> {
    this.commands.received({ topic: `fieldwarden/lab/set/${path}`, payload: Buffer.from(text), qos: 1, retain });
    await this.commands.idle();
  }
}

describe('a command', () => {
  it('is a write in the name of the user of the broker, and is answered with its outcome', async () => {
    const stage = await Stage.start();
    await stage.set('line/speed', '{"v": 42.5, "id": "a"}');
    expect(stage.writer.writes).toMatchObject([
      { path: 'line/speed', value: 42.5, origin: { via: 'mqtt', principal: { name: 'gateway' } } },
    ]);
    expect(stage.answers).toEqual(['line/speed "a" done Good']);
  });

  it('keeps all digits of a 64-bit integer, as number or text', async () => {
    const stage = await Stage.start();
    await stage.set('line/total', '{"v": 18446744073709551615, "id": 1}');
    await stage.set('line/total', '{"v": "9007199254740993", "id": 2}');
    expect(stage.writer.writes.map(({ value }) => value)).toEqual([
      18_446_744_073_709_551_615n,
      9_007_199_254_740_993n,
    ]);
  });

  it.each([
    ['no JSON', 'line/speed', 'hello', 'line/speed null not-sent BadInvalidArgument'],
    ['no object', 'line/speed', '42', 'line/speed null not-sent BadInvalidArgument'],
    ['no id', 'line/speed', '{"v": 1}', 'line/speed null not-sent BadInvalidArgument'],
    ['an id that is no number', 'line/speed', '{"v": 1, "id": 1e400}', 'line/speed null not-sent BadInvalidArgument'],
    ['no value', 'line/speed', '{"id": "a"}', 'line/speed "a" not-sent BadInvalidArgument'],
    ['a value of another type', 'line/speed', '{"v": "fast", "id": "a"}', 'line/speed "a" not-sent BadTypeMismatch'],
    ['a value that does not fit', 'line/total', '{"v": -1, "id": "a"}', 'line/total "a" not-sent BadOutOfRange'],
    ['a value beyond the limits', 'line/speed', '{"v": 121, "id": "a"}', 'line/speed "a" rejected BadOutOfRange'],
    ['a tag that is read-only', 'line/level', '{"v": 1, "id": "a"}', 'line/level "a" rejected BadNotWritable'],
    ['no such tag', 'line/other', '{"v": 1, "id": "a"}', 'line/other "a" not-sent BadNodeIdUnknown'],
  ])('with %s is answered, and nothing is written', async (_, path, text, answer) => {
    const stage = await Stage.start();
    await stage.set(path, text);
    expect(stage.answers).toEqual([answer]);
    expect(stage.writer.writes).toEqual([]);
  });

  it('for a path that no tag can have is told to people', async () => {
    const stage = await Stage.start();
    await stage.set('a'.repeat(600), '{"v": 1, "id": "a"}');
    expect(stage.answers).toEqual([]);
    expect(JSON.stringify(stage.logger.records)).toContain('was ignored: no tag has a path of 600 characters');
  });

  it('tells what the device said', async () => {
    const stage = await Stage.start();
    stage.writer.answer = () => Promise.resolve({ outcome: 'unknown', status: statusCodes.BadTimeout });
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    expect(stage.answers).toEqual(['line/speed "a" unknown BadTimeout']);
  });

  it('that the broker kept is ignored: it may be years old', async () => {
    const stage = await Stage.start();
    await stage.set('line/speed', '{"v": 1, "id": "a"}', true);
    expect([stage.writer.writes, stage.answers]).toEqual([[], []]);
    expect(stage.commands.counted.retained).toBe(1);
  });
});

/** MQTT command × role (SPEC §13.2): how commands for line/speed and pump/speed are answered. */
const byRole: readonly (readonly [rights: unknown, line: string, pump: string])[] = [
  [true, 'done Good', 'done Good'],
  [{}, 'done Good', 'done Good'],
  [{ role: 'viewer' }, 'not-sent BadUserAccessDenied', 'not-sent BadUserAccessDenied'],
  [{ role: 'viewer', areas: ['line/**'] }, 'not-sent BadUserAccessDenied', 'not-sent BadUserAccessDenied'],
  [{ role: 'operator', areas: ['line/**'] }, 'done Good', 'not-sent BadUserAccessDenied'],
  [{ role: 'operator', areas: ['line/**', 'pump/*'] }, 'done Good', 'done Good'],
  [{ role: 'engineer', areas: ['pump/**'] }, 'not-sent BadUserAccessDenied', 'done Good'],
  [{ role: 'engineer' }, 'done Good', 'done Good'],
];

describe.each(byRole)('commands: %j', (rights, line, pump) => {
  it('writes what the role may in its areas, and names the permission where it may not', async () => {
    const stage = await Stage.start(undefined, rights);
    stage.tags.define(memoryTag('pump/speed', { type: { scalar: 'float64' }, access: 'read-write' }));
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    await stage.set('pump/speed', '{"v": 1, "id": "b"}');
    expect(stage.answers).toEqual([`line/speed "a" ${line}`, `pump/speed "b" ${pump}`]);
    const refused = stage.messages.filter((message) => message !== undefined);
    expect(refused).toHaveLength([line, pump].filter((answer) => answer.startsWith('not-sent')).length);
    for (const message of refused) expect(message).toMatch(/it takes the permission write for (line|pump)\/speed/);
    expect(stage.writer.writes).toHaveLength(2 - refused.length);
  });
});

describe('the same command twice', () => {
  it('is written once, and answered twice', async () => {
    const stage = await Stage.start();
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    expect(stage.writer.writes).toHaveLength(1);
    expect(stage.answers).toEqual(['line/speed "a" done Good', 'line/speed "a" done Good']);
  });

  it('is written once also while the first is under way', async () => {
    const stage = await Stage.start();
    void stage.set('line/speed', '{"v": 1, "id": "a"}');
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    expect(stage.writer.writes).toHaveLength(1);
  });

  it('is written once over a restart', async () => {
    const first = await Stage.start();
    await first.set('line/speed', '{"v": 1, "id": "a"}');
    await (await first.storage.table('commands')).settled();
    const second = await Stage.start(first.storage);
    await second.set('line/speed', '{"v": 1, "id": "a"}');
    expect(second.writer.writes).toEqual([]);
    expect(second.answers).toEqual(['line/speed "a" done Good']);
  });

  it('is not written again when nobody knows whether it was, because the gateway died', async () => {
    const first = await Stage.start();
    first.writer.answer = () => new Promise(() => undefined);
    void first.set('line/speed', '{"v": 1, "id": "a"}');
    while (first.writer.writes.length === 0) await first.clock.advance(1);
    first.storage.crash();
    const second = await Stage.start(first.storage);
    await second.set('line/speed', '{"v": 1, "id": "a"}');
    expect(second.writer.writes).toEqual([]);
    expect(second.answers).toEqual(['line/speed "a" unknown BadShutdown']);
  });

  it('is another command for another tag, or after a week', async () => {
    const stage = await Stage.start();
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    await stage.set('line/total', '{"v": 1, "id": "a"}');
    stage.clock.setWall(stage.clock.wallMs() + 8 * dayMs);
    await stage.set('line/total', '{"v": 1, "id": "b"}');
    await stage.set('line/speed', '{"v": 1, "id": "a"}');
    expect(stage.writer.writes).toHaveLength(4);
  });
});

it('is not written on a disk that can not remember it, and may come again', async () => {
  const stage = await Stage.start();
  stage.storage.full = true;
  await stage.set('line/speed', '{"v": 1, "id": "a"}');
  expect(stage.writer.writes).toEqual([]);
  expect(stage.answers[0]).toContain('not-sent');
  stage.storage.full = false;
  await stage.set('line/speed', '{"v": 1, "id": "a"}');
  expect(stage.writer.writes).toHaveLength(1);
});

it('commands for one tag are written in their order, and do not wait for another tag', async () => {
  const stage = await Stage.start();
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.writer.answer = async ({ path }) => {
    if (path === 'line/speed') await promise;
    return { outcome: 'done', status: statusCodes.Good };
  };
  for (const [path, value] of [
    ['line/speed', 1],
    ['line/speed', 2],
    ['line/total', 3],
  ] as const) {
    stage.commands.received({
      topic: `fieldwarden/lab/set/${path}`,
      payload: Buffer.from(`{"v": ${value}, "id": ${value}}`),
      qos: 1,
      retain: false,
    });
  }
  while (stage.answers.length === 0) await stage.clock.advance(1);
  expect(stage.answers).toEqual(['line/total 3 done Good']);
  resolve();
  await stage.commands.idle();
  expect(stage.writer.writes.map(({ value }) => value)).toEqual([1, 3n, 2]);
});
