import { statusCodes } from '@fieldwarden/core';
import { FakeClock, MemoryStorage, MemoryTags, serviceContext, type TestServiceContext } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { InternalTags } from './internal-tags.js';
import service from './service.js';
import type { InternalTagsSettings } from './settings.js';

interface Bench {
  readonly context: TestServiceContext<InternalTagsSettings>;
  readonly running: InternalTags;
  read(path: string): { value: unknown; status: number; sourceAtMs: number };
  apply(...tags: readonly object[]): Promise<void>;
}

const clock = new FakeClock();
const open: (() => Promise<void>)[] = [];

async function start(tags: readonly object[], storage = new MemoryStorage()): Promise<Bench> {
  const settings = service.schema.parse({ tags }) as InternalTagsSettings;
  const context = await serviceContext(settings, { clock, storage, tags: new MemoryTags(clock) });
  context.ownTags.adopt(service.tags!(settings));
  const running = service.create(context) as InternalTags;
  await running.start();
  open.push(async () => {
    await running.stop();
    await context[Symbol.asyncDispose]();
  });
  return {
    context,
    running,
    read: (path) => context.tags.read(context.tags.handleOf(path) ?? 0),
    async apply(...next) {
      const parsed = service.schema.parse({ tags: next }) as InternalTagsSettings;
      context.ownTags.adopt(service.tags!(parsed));
      await running.apply(parsed);
    },
  };
}

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const count = { path: 'a/count', dataType: 'int32', initial: 1 };

describe('internal tags (§17.1)', () => {
  it('begin with their initial value, of whatever type; without one they wait', async () => {
    const { read } = await start([
      count,
      { path: 'a/large', dataType: 'int64', initial: '9007199254740993' },
      { path: 'a/bytes', dataType: 'bytes', initial: 'AQI=' },
      { path: 'a/since', dataType: 'datetime', initial: '2030-01-01T00:00:00Z' },
      { path: 'a/list', dataType: 'bool[2]', initial: [true, false] },
      { path: 'a/none', dataType: 'string' },
    ]);
    expect(read('a/count')).toMatchObject({ value: 1, status: statusCodes.Good, sourceAtMs: clock.wallMs() });
    expect(read('a/large').value).toBe(9_007_199_254_740_993n);
    expect(read('a/bytes').value).toEqual(Uint8Array.of(1, 2));
    expect(read('a/since').value).toBe(Date.UTC(2030, 0, 1));
    expect(read('a/list').value).toEqual([true, false]);
    expect(read('a/none')).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
  });

  it('answer a write when it is on disk, not before', async () => {
    const storage = new MemoryStorage();
    const { context, read } = await start([count], storage);
    const stalled = storage.stall();
    let answer: unknown;
    const written = context.ownTags.write('a/count', 7).then((given) => (answer = given));
    await clock.advance(10);
    expect([answer, read('a/count').value]).toEqual([undefined, 7]);
    stalled[Symbol.dispose]();
    await written;
    expect(answer).toEqual({ outcome: 'done', status: statusCodes.Good });
    expect([...storage.saved('values').values()]).toMatchObject([{ path: 'a/count', value: 7 }]);
  });

  it('have their value again after a crash, with the time of its write', async () => {
    const storage = new MemoryStorage();
    const first = await start([count, { path: 'a/scratch', dataType: 'int32', initial: 0, persist: false }], storage);
    await first.context.ownTags.write('a/count', 7);
    await first.context.ownTags.write('a/scratch', 7);
    const atMs = first.read('a/count').sourceAtMs;
    storage.crash();
    await clock.advance(60_000);
    const { read } = await start(
      [count, { path: 'a/scratch', dataType: 'int32', initial: 0, persist: false }],
      storage,
    );
    expect(read('a/count')).toMatchObject({ value: 7, status: statusCodes.Good, sourceAtMs: atMs });
    expect(read('a/scratch')).toMatchObject({ value: 0, sourceAtMs: clock.wallMs() });
  });

  it('say unknown, and are Degraded, while the disk takes nothing; healthy again once it does', async () => {
    const storage = new MemoryStorage();
    const { context, running, read } = await start([count], storage);
    storage.full = true;
    expect(await context.ownTags.write('a/count', 7)).toMatchObject({
      outcome: 'unknown',
      status: statusCodes.BadResourceUnavailable,
    });
    expect(read('a/count')).toMatchObject({ value: 7, status: statusCodes.Good });
    expect(running.health()).toMatchObject({
      state: 'Degraded',
      reason: expect.stringContaining('disk is full') as string,
    });
    storage.full = false;
    await clock.advance(5_000);
    expect(running.health()).toEqual({ state: 'Healthy' });
    expect(await running.request('tags')).toMatchObject({
      tags: [{ value: 7, persistedAt: new Date(clock.wallMs()).toISOString() }],
    });
  });

  it('follow a publish: another initial value counts until somebody writes, another type begins anew, what is gone is forgotten', async () => {
    const storage = new MemoryStorage();
    const other = { path: 'a/other', dataType: 'int32', initial: 1 };
    const { context, read, apply } = await start([count, other], storage);
    await context.ownTags.write('a/count', 7);
    await apply({ ...count, initial: 5, description: 'more' }, { ...other, initial: 5 });
    expect([read('a/count').value, read('a/other').value]).toEqual([7, 5]);
    await apply({ ...count, dataType: 'float64', initial: 0.5 }, other);
    expect(read('a/count').value).toBe(0.5);
    await context.ownTags.write('a/count', 8.5);
    await apply(other);
    await apply({ ...count, dataType: 'float64', initial: 0.5 }, other);
    expect(read('a/count').value).toBe(0.5);
    expect([...storage.saved('values')]).toHaveLength(1); // of the write; its removal waits for the next commit
    await context.ownTags.write('a/other', 2);
    expect([...storage.saved('values').keys()]).toEqual(['a/other']);
  });

  it('keep what was written before they were to be kept, and forget it when they are not any more', async () => {
    const storage = new MemoryStorage();
    const { context, apply } = await start([{ ...count, persist: false }], storage);
    await context.ownTags.write('a/count', 7);
    expect(storage.saved('values').size).toBe(0);
    await apply(count);
    expect([...storage.saved('values').values()]).toMatchObject([{ value: 7 }]);
    await apply({ ...count, persist: false });
    await context.ownTags.write('a/count', 8);
    expect((await (await storage.table('values')).entries()).length).toBe(0);
  });

  it('hold a float32 as one, and have records for paths of any length', async () => {
    const path = Array.from({ length: 8 }, () => 'x'.repeat(64)).join('/');
    const storage = new MemoryStorage();
    const first = await start([{ path, dataType: 'float32' }], storage);
    await first.context.ownTags.write(path, 0.1);
    expect(first.read(path).value).toBe(Math.fround(0.1));
    const { read } = await start([{ path, dataType: 'float32' }], storage);
    expect(read(path).value).toBe(Math.fround(0.1));
  });
});

describe('the section internalTags', () => {
  const told = (tag: object): string[] => {
    const settings = service.schema.parse({ tags: [{ path: 'a', dataType: 'int32', ...tag }] }) as InternalTagsSettings;
    return service.check!(settings, {
      site: 's',
      looksAtFiles: true,
      hasTagIn: () => true,
      tag: () => undefined,
      paths: () => [],
    }).map(({ path, rule }) => `${path.join('.')} ${rule}`);
  };

  it.each([
    [{ initial: 1.5 }, 'tags.0.initial initial-type'],
    [{ initial: 'x' }, 'tags.0.initial initial-type'],
    [{ dataType: 'int64', initial: 9_007_199_254_740_992 }, 'tags.0.initial initial-type'],
    [{ dataType: 'bool[2]', initial: [true] }, 'tags.0.initial initial-type'],
    [{ initial: 11, limits: { max: 10 } }, 'tags.0.initial initial-limits'],
    [{ limits: { min: 2, max: 1 } }, 'tags.0.limits limits-order'],
    [{ dataType: 'string', limits: { max: 10 } }, 'tags.0.limits numbers-only'],
  ])('refuses %o', (tag, finding) => {
    expect(told(tag)).toEqual([finding]);
  });

  it('takes what is right', () => {
    expect(
      told({ initial: 5, limits: { min: 0, max: 10 }, scope: 'node', persist: false, access: 'read-only' }),
    ).toEqual([]);
  });
});
