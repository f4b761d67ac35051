import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@fieldwarden/core';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { BaselineStore, type BaselineKey } from './baseline-store.js';

const key: BaselineKey = { driverVersion: '1.0.0', configHash: 'abc', measure: 'private' };

/** Sets one baseline in a fresh store, and leaves its file. */
async function stored(home: string): Promise<string> {
  const store = new BaselineStore(home, silentLogger);
  store.set('filler', key, 1_000);
  await store.flushed();
  return join(home, 'baselines.json');
}

describe('baselines (§6.1)', () => {
  it('are known again after a restart of the gateway', async () => {
    await using home = await temporaryDirectory();
    await stored(home.path);
    expect(new BaselineStore(home.path, silentLogger).get('filler', key)).toBe(1_000);
  });

  it('are written each time, not only the first', async () => {
    await using home = await temporaryDirectory();
    const store = new BaselineStore(home.path, silentLogger);
    for (const bytes of [1, 2, 3]) {
      store.set('filler', key, bytes);
      await store.flushed();
      expect(new BaselineStore(home.path, silentLogger).get('filler', key)).toBe(bytes);
    }
  });

  it('hold for nothing but the same version, configuration and measure', async () => {
    await using home = await temporaryDirectory();
    await stored(home.path);
    const store = new BaselineStore(home.path, silentLogger);
    for (const other of [{ driverVersion: '1.0.1' }, { configHash: 'abd' }, { measure: 'footprint' } as const]) {
      expect(store.get('filler', { ...key, ...other })).toBeUndefined();
    }
    expect(store.get('capper', key)).toBeUndefined();
  });

  it('of a driver named like a part of every object are its own', async () => {
    await using home = await temporaryDirectory();
    const store = new BaselineStore(home.path, silentLogger);
    expect(store.get('constructor', key)).toBeUndefined();
    store.set('__proto__', key, 5);
    await store.flushed();
    expect(new BaselineStore(home.path, silentLogger).get('__proto__', key)).toBe(5);
  });

  it('of a driver that was removed are forgotten', async () => {
    await using home = await temporaryDirectory();
    await stored(home.path);
    const store = new BaselineStore(home.path, silentLogger);
    store.forget('filler');
    await store.flushed();
    expect(new BaselineStore(home.path, silentLogger).get('filler', key)).toBeUndefined();
  });

  it('that are set while a write is under way are written too, and the last one counts', async () => {
    await using home = await temporaryDirectory();
    const store = new BaselineStore(home.path, silentLogger);
    for (let i = 1; i <= 100; i++) store.set(`d${i % 7}`, key, i);
    await store.flushed();
    const again = new BaselineStore(home.path, silentLogger);
    expect([0, 1, 2, 3, 4, 5, 6].map((i) => again.get(`d${i}`, key))).toEqual([98, 99, 100, 94, 95, 96, 97]);
    expect(await readdir(home.path)).toEqual(['baselines.json']);
  });
});

describe('the file', () => {
  it('is for the gateway alone, and made with its folder', async () => {
    await using home = await temporaryDirectory();
    const path = await stored(join(home.path, 'new', 'home'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('that is not there yet is nothing to warn of', async () => {
    await using home = await temporaryDirectory();
    const logger = collectingLogger();
    new BaselineStore(home.path, logger);
    expect(logger.records).toEqual([]);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['something else', () => '[]'],
    ['null', () => 'null'],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['with a baseline that is no number', (text: string) => text.replace('1000', '"1000"')],
    ['with a negative baseline', (text: string) => text.replace('1000', '-1')],
    ['with a driver that is null', () => '{"version":1,"baselines":{"filler":null}}'],
  ])('that is %s is ignored with one warning, and replaced', async (_says, damage) => {
    await using home = await temporaryDirectory();
    const path = await stored(home.path);
    const text = await readFile(path, 'utf8');
    expect(damage(text)).not.toBe(text);
    await writeFile(path, damage(text));
    const logger = collectingLogger();
    const store = new BaselineStore(home.path, logger);
    expect(store.get('filler', key)).toBeUndefined();
    expect(logger.records).toMatchObject([{ level: 'warn', fields: { path } }]);
    store.set('filler', key, 7);
    await store.flushed();
    expect(new BaselineStore(home.path, silentLogger).get('filler', key)).toBe(7);
  });

  it('that cannot be written costs a warning, not the baseline in use, and leaves the old file whole', async () => {
    await using home = await temporaryDirectory();
    const path = await stored(home.path);
    await mkdir(`${path}.new`);
    const logger = collectingLogger();
    const store = new BaselineStore(home.path, logger);
    store.set('filler', key, 2_000);
    await store.flushed();
    expect(store.get('filler', key)).toBe(2_000);
    expect(logger.messages('warn')).toEqual(['memory baselines could not be written']);
    expect(new BaselineStore(home.path, silentLogger).get('filler', key)).toBe(1_000);
  });
});
