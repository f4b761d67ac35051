import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { LiveSecrets, silentLogger } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { PostMortemStore } from './post-mortem-store.js';
import type { PostMortem } from './post-mortem.js';

const noonMs = Date.UTC(2030, 0, 1, 12);

function record(spawn: number, atMs = noonMs + spawn, driverId = 'press'): PostMortem {
  return {
    driverId, spawn, cause: 'exit', exitCode: 1, signal: null, at: new Date(atMs).toISOString(),
    error: { code: 'HOST_LOST', message: 'gone' }, stack: null, stackMissing: null, logTail: ['last line'],
    operations: [], memory: [], generation: 7,
  }; // prettier-ignore
}

const spawns = async (store: PostMortemStore, driverId = 'press'): Promise<number[]> =>
  (await store.list(driverId)).map(({ spawn }) => spawn);

describe('PostMortemStore (§4.3)', () => {
  it('keeps a record as a file of its driver, and gives it back by its id', async () => {
    await using directory = await temporaryDirectory();
    const store = new PostMortemStore(directory.path, silentLogger);
    const id = store.keep(record(3))!;
    expect(id).toBe('2030-01-01T12-00-00-003Z-3');
    expect(await store.read('press', id)).toEqual(record(3));
    expect(await store.latest('press')).toEqual(record(3));
    expect(await readdir(join(directory.path, 'post-mortem', 'press'))).toEqual([`${id}.json`]);
    const { mode } = await stat(join(directory.path, 'post-mortem', 'press', `${id}.json`));
    expect(mode & 0o777).toBe(0o600);
  });

  it('writes no secret down, whatever the last words were (§13.5)', async () => {
    await using directory = await temporaryDirectory();
    const redactor = new LiveSecrets();
    redactor.learn(['open "sesame"']);
    const store = new PostMortemStore(directory.path, silentLogger, undefined, redactor);
    store.keep({ ...record(1), stack: 'Error: open "sesame"\n at x', logTail: ['as open "sesame"'] });
    expect(await store.latest('press')).toMatchObject({ stack: 'Error: ***\n at x', logTail: ['as ***'] });
  });

  it('keeps the last 20 of each driver', async () => {
    await using directory = await temporaryDirectory();
    const store = new PostMortemStore(directory.path, silentLogger);
    store.keep(record(1, noonMs, 'other'));
    for (let spawn = 1; spawn <= 25; spawn += 1) store.keep(record(spawn));
    expect(await spawns(store)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
    expect(await spawns(store, 'other')).toEqual([1]);
  });

  it('finds what an earlier gateway wrote, and knows the newest even after the wall clock was set back', async () => {
    await using directory = await temporaryDirectory();
    const tenYearsMs = 10 * 365 * 86_400_000;
    const earlier = new PostMortemStore(directory.path, silentLogger);
    for (let spawn = 1; spawn <= 20; spawn += 1) earlier.keep(record(spawn, noonMs + tenYearsMs));
    await earlier.settled();
    const store = new PostMortemStore(directory.path, silentLogger);
    for (const spawn of [21, 22]) store.keep(record(spawn, noonMs - spawn * 3_600_000));
    expect((await spawns(store)).slice(0, 3)).toEqual([22, 21, 20]);
    expect((await store.latest('press'))!.at).toBe(record(22, noonMs - 22 * 3_600_000).at);
  });

  it('tells a record that the disk did not take as lost, and shows it as long as it can', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'post-mortem'), 'a file where the folder should be');
    const logger = collectingLogger();
    const store = new PostMortemStore(directory.path, logger);
    const ids = [1, 2, 3, 4].map((spawn) => store.keep(record(spawn))!);
    const listed = await store.list('press');
    expect(listed.map(({ spawn }) => spawn)).toEqual([4, 3, 2, 1]);
    for (const { notKept } of listed) expect(notKept).toMatch(/EEXIST|ENOTDIR/);
    expect(await store.latest('press')).toEqual(record(4));
    expect(await store.read('press', ids[0])).toBeUndefined(); // newer ones took its place
    expect(logger.records.filter(({ message }) => message.includes('is lost at a restart'))).toHaveLength(4);
  });

  it('passes over files that are damaged or foreign', async () => {
    await using directory = await temporaryDirectory();
    const folder = join(directory.path, 'post-mortem', 'press');
    await mkdir(folder, { recursive: true });
    for (const [name, text] of [['2031-01-01T00-00-00-000Z-9.json', '{"driverId":'], ['2031-01-01T00-00-00-001Z-9.json', 'null'], ['notes.txt', 'x'], ['x.json', '{}']])
      await writeFile(join(folder, name), text); // prettier-ignore
    const store = new PostMortemStore(directory.path, silentLogger);
    store.keep(record(1));
    expect(await spawns(store)).toEqual([1]);
    expect(await store.latest('press')).toMatchObject({ spawn: 1 });
    expect(await store.read('press', '2031-01-01T00-00-00-000Z-9')).toBeUndefined();
  });

  it('reaches no file outside its folder, whatever it is asked for', async () => {
    await using directory = await temporaryDirectory();
    const store = new PostMortemStore(directory.path, silentLogger);
    await writeFile(join(directory.path, '2030-01-01T12-00-00-003Z-3.json'), JSON.stringify(record(3)));
    expect(await store.read('..', '2030-01-01T12-00-00-003Z-3')).toBeUndefined();
    expect(await store.read('press', '../../2030-01-01T12-00-00-003Z-3')).toBeUndefined();
    expect(store.keep(record(1, noonMs, '../press'))).toBeUndefined();
    expect(await readdir(directory.path)).toEqual(['2030-01-01T12-00-00-003Z-3.json']);
  });

  it('that can not write says so once for each, and goes on', async () => {
    await using directory = await temporaryDirectory();
    const logger = collectingLogger();
    await writeFile(join(directory.path, 'post-mortem'), 'a file in the way');
    const store = new PostMortemStore(directory.path, logger);
    store.keep(record(1));
    store.keep(record(2));
    await store.settled();
    expect(logger.messages('warn')).toEqual(
      Array(2).fill('a post-mortem could not be written and is lost at a restart'),
    );
    expect(await new PostMortemStore(directory.path, silentLogger).list('press')).toEqual([]);
  });

  it('gives records up, and counts them, when the disk takes none for long', async () => {
    await using directory = await temporaryDirectory();
    const store = new PostMortemStore(directory.path, silentLogger);
    const ids = Array.from({ length: 130 }, (_, index) => store.keep(record(index + 1)));
    expect(ids.filter((id) => id === undefined)).toHaveLength(30);
    expect(store.dropped).toBe(30);
    await store.settled();
    expect(store.keep(record(200))).toBeDefined();
    await store.settled();
  });

  it('without a directory keeps nothing', async () => {
    const store = new PostMortemStore(undefined, silentLogger);
    expect(store.keep(record(1))).toBeUndefined();
    expect(await store.list('press')).toEqual([]);
  });

  it('leaves nothing behind of a record that it could not finish', async () => {
    await using directory = await temporaryDirectory();
    const folder = join(directory.path, 'post-mortem', 'press');
    await mkdir(folder, { recursive: true });
    const store = new PostMortemStore(directory.path, silentLogger);
    const id = '2030-01-01T12-00-00-001Z-1';
    await mkdir(join(folder, `${id}.json`, 'in the way'), { recursive: true });
    expect(store.keep(record(1))).toBe(id);
    await store.settled();
    expect(await readdir(folder)).toEqual([`${id}.json`]);
    expect(await new PostMortemStore(directory.path, silentLogger).read('press', id)).toBeUndefined();
  });
});
