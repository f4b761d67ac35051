import { testOrigin } from '../test-origin.js';
import { stat } from 'node:fs/promises';
import { isGatewayError, statusCodes } from '@fieldwarden/core';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import { expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.js';
import { MemoryStorage } from './memory-storage.js';
import { memoryTag } from './memory-tag.js';
import { MemoryTags } from './memory-tags.js';
import { MemoryWriter, writeAnswers } from './memory-writer.js';
import { serviceContext } from './service-context.js';

const origin = testOrigin();

test('a kept array of handles is worth nothing once the listener has returned', () => {
  const tags = new MemoryTags();
  const kept: Uint32Array[] = [];
  tags.define(memoryTag('a'), memoryTag('b'));
  tags.onChange((handles, count) => {
    expect(count).toBe(2);
    expect(handles.length).toBeGreaterThan(count);
    kept.push(handles);
  });
  tags.apply({ path: 'a', value: 1 }, { path: 'b', value: 2 });
  expect([...kept[0]].map((handle) => tags.definition(handle))).toEqual(Array(kept[0].length).fill(undefined));
});

test('a change that a listener makes does not disturb what the next one is told', () => {
  const tags = new MemoryTags();
  const told: string[] = [];
  tags.define(memoryTag('a'), memoryTag('b'));
  tags.onChange((handles) => {
    if (tags.definition(handles[0])?.path === 'a') tags.set('b', Number(tags.value(handles[0])));
  });
  tags.onChange((handles, count) => {
    told.push([...handles.subarray(0, count)].map((handle) => tags.definition(handle)?.path).join());
  });
  tags.set('a', 1);
  expect(told).toEqual(['b', 'a']);
});

test('a listener that throws keeps the others from nothing, and is found out', () => {
  const tags = new MemoryTags();
  let changes = 0;
  tags.define(memoryTag('a'));
  tags.onChange(() => {
    throw new Error('no');
  });
  const second = tags.onChange(() => {
    changes += 1;
  });
  tags.set('a', 1);
  expect([changes, tags.thrown, tags.listeners]).toEqual([1, [new Error('no')], 2]);
  second[Symbol.dispose]();
  expect(tags.listeners).toBe(1);
});

test('broken tags throw whatever is asked', () => {
  const tags = new MemoryTags();
  tags.broken = new Error('broken');
  for (const ask of [
    () => tags.size,
    () => tags.value(1),
    () => tags.entries(),
    () => tags.onChange(() => undefined),
  ]) {
    expect(ask).toThrow('broken');
  }
});

test('a write that is done shows in the tag, one that is refused beforehand reaches no device', async () => {
  const tags = new MemoryTags();
  const writer = new MemoryWriter(tags);
  const [a, b] = tags.define(
    memoryTag('a', { access: 'read-write', limits: { max: 10 } }),
    memoryTag('b', { access: 'read-only' }),
  );
  const replies = await writer.writeMany(
    [
      { handle: a, value: 7 },
      { handle: a, value: 11 },
      { handle: b, value: 1 },
      { handle: 99, value: 1 },
    ],
    origin,
  );
  const codes = replies.map((reply) => (isGatewayError(reply) ? reply.code : reply.outcome));
  expect(codes).toEqual(['done', 'VALUE_OUT_OF_LIMITS', 'TAG_READ_ONLY', 'TAG_UNKNOWN']);
  expect(writer.requests).toEqual([[{ path: 'a', value: 7, origin }]]);
  expect(tags.read(a)).toMatchObject({ value: 7, status: statusCodes.Good });
});

test('the device answers when and what the test says', async () => {
  const tags = new MemoryTags();
  const writer = new MemoryWriter(tags);
  const [a] = tags.define(memoryTag('a', { access: 'read-write' }));
  const device = Promise.withResolvers<WriteReply>();
  writer.answer = () => device.promise;
  const written = writer.writeMany([{ handle: a, value: 7 }], origin);
  device.resolve(writeAnswers.unknown);
  expect(await written).toEqual([writeAnswers.unknown]);
  expect(tags.value(a)).toBeNull();
});

test('storage says when it is full, and keeps over a crash what was on disk', async () => {
  const storage = new MemoryStorage();
  const table = await storage.table('jobs');
  table.put('first', { done: false });
  await table.settled();
  storage.full = true;
  table.put('second', 2);
  await expect(table.settled()).rejects.toMatchObject({ code: 'STORAGE_FULL', kind: 'unreachable' });
  expect(await table.get('second')).toBe(2);
  storage.crash();
  expect(await table.entries()).toEqual([['first', { done: false }]]);
  expect([...storage.saved('jobs')]).toEqual([['first', { done: false }]]);
});

test('a stalled disk answers once it is let go', async () => {
  const storage = new MemoryStorage();
  const table = await storage.table('jobs');
  const stall = storage.stall();
  let isSettled = false;
  const settling = table.settled().then(() => (isSettled = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isSettled).toBe(false);
  stall[Symbol.dispose]();
  expect(await settling).toBe(true);
});

test('a context has directories of its own, which go with it, and counts timers', async () => {
  const clock = new FakeClock();
  let directory: string;
  {
    await using context = await serviceContext({ port: 0 }, { serviceId: 'acme', clock });
    directory = context.directory;
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    context.clock.setTimer(() => undefined, 10);
    context.clock.setTimer(() => undefined, 1_000)[Symbol.dispose]();
    expect(context.clock.pendingTimers).toBe(1);
    await clock.advance(10);
    expect(context.clock.pendingTimers).toBe(0);
  }
  await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' });
});
