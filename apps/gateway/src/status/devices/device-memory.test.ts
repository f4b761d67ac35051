import { silentLogger } from '@fieldwarden/core';
import type { DeviceResilienceState } from '@fieldwarden/invoker';
import {
  collectingLogger,
  FakeClock,
  temporaryDirectory,
  waitFor,
  type TemporaryDirectory,
} from '@fieldwarden/testkit';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceMemory, type RememberedDriver } from './device-memory.js';

const closed: DeviceResilienceState = {
  breaker: 'closed',
  openedAtMs: null,
  probeIntervalMs: null,
  openings: 0,
  consecutiveFailures: 0,
  lastBreakerOpenAtMs: null,
  retries: 0,
  lateReplies: 0,
};
const open: DeviceResilienceState = {
  ...closed,
  breaker: 'open',
  openedAtMs: 1_000,
  probeIntervalMs: 5_000,
  openings: 1,
  consecutiveFailures: 5,
  lastBreakerOpenAtMs: 1_000,
};

const filler = { id: 'filler', options: { unitId: 1 } };
const capper = { id: 'capper', options: { unitId: 2 } };
const packaging: RememberedDriver = {
  id: 'packaging',
  type: 'modbus',
  options: { host: 'a' },
  devices: [filler, capper],
};

describe('what is kept of devices over restarts (§5.8)', () => {
  let home: TemporaryDirectory;
  let path: string;
  let clock: FakeClock;

  beforeEach(async () => {
    home = await temporaryDirectory();
    path = join(home.path, 'devices.json');
    clock = new FakeClock();
  });

  afterEach(async () => await home[Symbol.asyncDispose]());

  const begin = (): DeviceMemory => new DeviceMemory(path, clock, silentLogger);
  const onDisk = async (): Promise<string> => await readFile(path, 'utf8').catch(() => '');

  it('is the state of the breaker with its true times, counts, overruns and the last recycle', async () => {
    const first = begin();
    first.keep(
      packaging,
      [
        { id: 'filler', resilience: open, overruns: 7 },
        { id: 'capper', resilience: closed, overruns: 0 },
      ],
      9_000,
    );
    await first.close();
    const second = begin();
    expect(second.recall(packaging, filler)).toEqual(open);
    expect(second.facts(packaging, filler, 0)).toEqual({ overruns: 7, lastRecycleAtMs: 9_000 });
    second.keep(packaging, [{ id: 'filler', resilience: open, overruns: 2 }], null);
    expect(second.facts(packaging, filler, 3)).toEqual({ overruns: 10, lastRecycleAtMs: 9_000 });
    second.keep(packaging, [{ id: 'filler', resilience: open, overruns: 1 }], null);
    expect(second.facts(packaging, filler, 1).overruns).toBe(10);
    await second.close();
  });

  it('holds for no other device: another address, unit or type begins with nothing', async () => {
    const first = begin();
    first.keep(packaging, [{ id: 'filler', resilience: open, overruns: 7 }], null);
    await first.close();
    const second = begin();
    for (const other of [
      { ...packaging, options: { host: 'b' } },
      { ...packaging, type: 's7' },
    ])
      expect(second.recall(other, filler)).toBeUndefined();
    expect(second.recall(packaging, { id: 'filler', options: { unitId: 9 } })).toBeUndefined();
    expect(second.recall({ ...packaging, id: 'other' }, filler)).toBeUndefined();
    expect(second.recall({ ...packaging, options: { host: 'a' } }, { ...filler, options: { unitId: 1 } })).toEqual(
      open,
    );
  });

  it('is on disk within a quarter of a second when a breaker opens, and within ten seconds when a count goes on', async () => {
    const memory = begin();
    memory.keep(packaging, [{ id: 'filler', resilience: closed, overruns: 0 }], null);
    await clock.advance(250);
    await waitFor(async () => (await onDisk()).includes('"closed"'), { what: 'the first record' });
    memory.keep(packaging, [{ id: 'filler', resilience: { ...closed, retries: 4 }, overruns: 0 }], null);
    await clock.advance(9_000);
    expect(await onDisk()).not.toContain('"retries": 4');
    await clock.advance(1_000);
    await waitFor(async () => (await onDisk()).includes('"retries": 4'), { what: 'the count' });
    memory.keep(packaging, [{ id: 'filler', resilience: open, overruns: 0 }], null);
    await clock.advance(250);
    await waitFor(async () => (await onDisk()).includes('"open"'), { what: 'the opened breaker' });
  });

  it('ends with the device and with the driver', async () => {
    const memory = begin();
    const both = [filler, capper].map(({ id }) => ({ id, resilience: open, overruns: 1 }));
    memory.keep(packaging, both, null);
    memory.keep({ ...packaging, id: 'other' }, both, null);
    memory.keep(packaging, both.slice(0, 1), null);
    memory.forget('other');
    await memory.close();
    expect(Object.keys((JSON.parse(await onDisk()) as { devices: object }).devices)).toEqual(['packaging/filler']);
    expect(begin().recall(packaging, capper)).toBeUndefined();
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['something else', () => '[1]'],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['with a breaker that is in no state', (text: string) => text.replace('"open"', '"ajar"')],
    ['with a time that is none', (text: string) => text.replace('"openedAtMs": 1000', '"openedAtMs": "noon"')],
    ['with a negative count', (text: string) => text.replace('"openings": 1', '"openings": -1')],
    ['without overruns', (text: string) => text.replace('"overruns": 7,', '')],
    ['with a record that is null', () => '{"version":1,"devices":{"packaging/filler":null}}'],
  ])('costs the memory and one warning if the file is %s', async (_what, damage) => {
    const first = begin();
    first.keep(packaging, [{ id: 'filler', resilience: open, overruns: 7 }], null);
    await first.close();
    const text = await onDisk();
    expect(damage(text)).not.toBe(text);
    await writeFile(path, damage(text));
    const logger = collectingLogger();
    const second = new DeviceMemory(path, clock, logger);
    expect(second.recall(packaging, filler)).toBeUndefined();
    expect(logger.messages('warn')).toEqual(['records of devices are unreadable and begin anew']);
    second.keep(packaging, [{ id: 'filler', resilience: open, overruns: 0 }], null);
    await second.close();
    expect(begin().recall(packaging, filler)).toEqual(open);
  });
});
