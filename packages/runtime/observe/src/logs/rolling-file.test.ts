import { systemClock } from '@fieldwarden/core';
import { FakeClock, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxWaitingBytes, RollingFile, type RollingFileOptions } from './rolling-file.js';

let directory: TemporaryDirectory;
let path: string;
let troubles: unknown[];
let recoveries: number[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'logs', 'a.log');
  troubles = [];
  recoveries = [];
});

afterEach(() => directory[Symbol.asyncDispose]());

function open(options: Partial<RollingFileOptions> = {}): RollingFile {
  return new RollingFile({
    path,
    maxBytes: 1_000,
    maxFiles: 3,
    maxAgeMs: 1_000_000,
    clock: systemClock,
    onTrouble: (error) => troubles.push(error),
    onRecovered: (lost) => recoveries.push(lost),
    ...options,
  });
}

const line = (i: number): string => `line ${String(i).padStart(4, '0')}\n`; // 10 bytes

async function contents(): Promise<Record<string, string>> {
  const names = (await readdir(join(directory.path, 'logs'))).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory.path, 'logs', name), 'utf8')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i]]));
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');

describe('a rolling file (§12.2)', () => {
  it('makes its folder, for its owner alone, and adds to what is there', async () => {
    const first = open();
    first.append(line(0));
    await first.close();
    const second = open();
    second.append(line(1));
    await second.close();
    expect(await contents()).toEqual({ 'a.log': lines(0, 2) });
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('rolls before it grows beyond its size, loses no line on the way and keeps so many files', async () => {
    const file = open();
    for (let i = 0; i < 350; i += 1) file.append(line(i));
    await file.close();
    expect(await contents()).toEqual({
      'a.log': lines(300, 350),
      'a.log.1': lines(200, 300),
      'a.log.2': lines(100, 200),
    });
    expect(troubles).toEqual([]);
  });

  it('counts what is in the file when it opens', async () => {
    await mkdir(join(directory.path, 'logs'));
    await writeFile(path, lines(0, 99));
    const file = open();
    file.append(line(99));
    file.append(line(100));
    await file.close();
    expect(await contents()).toEqual({ 'a.log': line(100), 'a.log.1': lines(0, 100) });
  });

  it('takes a line that is longer than a file may be', async () => {
    const file = open();
    const long = `${'x'.repeat(2_000)}\n`;
    for (const text of [line(0), long, line(1)]) file.append(text);
    await file.close();
    expect(await contents()).toEqual({ 'a.log': line(1), 'a.log.1': long, 'a.log.2': line(0) });
  });

  it('starts over when only one file is allowed', async () => {
    const file = open({ maxFiles: 1 });
    for (let i = 0; i < 150; i += 1) file.append(line(i));
    await file.close();
    expect(await contents()).toEqual({ 'a.log': lines(100, 150) });
  });

  it('removes files that are too old when it rolls', async () => {
    await mkdir(join(directory.path, 'logs'));
    await writeFile(path, lines(0, 100));
    await writeFile(`${path}.1`, 'old');
    await utimes(`${path}.1`, 1_000, 1_000);
    const file = open();
    file.append(line(100));
    await file.close();
    expect(await contents()).toEqual({ 'a.log': line(100), 'a.log.1': lines(0, 100) });
  });
});

describe('a file that cannot be written', () => {
  it('on a full disk throws nothing, and goes on when there is room again', async () => {
    const clock = new FakeClock();
    await mkdir(join(directory.path, 'logs'));
    await symlink('/dev/full', path);
    const file = open({ clock });
    file.append(line(0));
    await waitFor(() => clock.pendingTimers === 1, { what: 'a second attempt to be planned' });
    await clock.advance(1_000);
    await waitFor(() => clock.pendingTimers === 1, { what: 'a third attempt to be planned' });
    expect(troubles).toMatchObject([{ code: 'ENOSPC' }]);

    await rm(path);
    file.append(line(1));
    await clock.advance(1_000);
    await waitFor(() => recoveries.length === 1, { what: 'the outage to end' });
    await file.close();
    expect(recoveries).toEqual([0]);
    expect(await contents()).toEqual({ 'a.log': lines(0, 2) });
  });

  it('lets lines wait up to a bound, and counts the others', async () => {
    const clock = new FakeClock();
    await writeFile(join(directory.path, 'logs'), 'a file where the folder should be');
    const file = open({ clock, maxBytes: 2 * maxWaitingBytes });
    const long = `${'x'.repeat(1024 * 1024 - 1)}\n`;
    for (let i = 0; i < 10; i += 1) file.append(long);
    await waitFor(() => clock.pendingTimers === 1, { what: 'a second attempt to be planned' });
    await rm(join(directory.path, 'logs'));
    await clock.advance(1_000);
    await waitFor(() => recoveries.length === 1, { what: 'the outage to end' });
    expect(recoveries).toEqual([6]);
    await file.close();
    expect((await stat(path)).size).toBe(maxWaitingBytes);
  });

  it('is tried once more when closing', async () => {
    const clock = new FakeClock();
    await writeFile(join(directory.path, 'logs'), 'a file where the folder should be');
    const file = open({ clock });
    file.append(line(0));
    await waitFor(() => clock.pendingTimers === 1, { what: 'a second attempt to be planned' });
    await rm(join(directory.path, 'logs'));
    await file.close();
    expect(await contents()).toEqual({ 'a.log': line(0) });
  });

  it('keeps nobody from closing', async () => {
    const clock = new FakeClock();
    await writeFile(join(directory.path, 'logs'), 'a file where the folder should be');
    const file = open({ clock });
    file.append(line(0));
    await waitFor(() => clock.pendingTimers === 1, { what: 'a second attempt to be planned' });
    await file.close();
    await file.close();
    expect(clock.pendingTimers).toBe(0);
    expect(troubles).toHaveLength(1);
  });
});
