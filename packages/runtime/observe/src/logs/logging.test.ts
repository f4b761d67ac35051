import { LiveSecrets, systemClock } from '@fieldwarden/core';
import { FakeClock, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogging, recentCapacity, type Logging, type LoggingOptions } from './logging.js';

let directory: TemporaryDirectory;
let logging: Logging | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await logging?.close();
  await directory[Symbol.asyncDispose]();
});

function start(options: Partial<LoggingOptions> = {}): Logging {
  logging = createLogging({
    dir: directory.path,
    level: 'info',
    json: true,
    toConsole: false,
    clock: new FakeClock({ wallMs: Date.UTC(2030, 0, 1) }),
    ...options,
  });
  return logging;
}

const textOf = (name: string): Promise<string> => readFile(join(directory.path, name), 'utf8');

describe('the log (§12.2)', () => {
  it('goes to a text file and to a JSON file', async () => {
    const { logger, close } = bound(start());
    logger
      .child({ driverId: 'p', driverType: 'modbus' })
      .child({ device: 'filler' })
      .warn('read failed', { code: 'X' });
    await close();
    expect(await textOf('fieldwarden.log')).toBe('2030-01-01T00:00:00.000Z warn  p/filler read failed code=X\n');
    expect(JSON.parse(await textOf('fieldwarden.jsonl'))).toEqual({
      timestamp: '2030-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'read failed',
      driverId: 'p',
      driverType: 'modbus',
      device: 'filler',
      code: 'X',
    });
  });

  it('has no JSON file unless asked', async () => {
    const { logger, close } = bound(start({ json: false }));
    logger.info('hello');
    await close();
    expect(await readdir(directory.path)).toEqual(['fieldwarden.log']);
  });

  it('keeps the order and every line of a burst', async () => {
    const { logger, close } = bound(start());
    for (let i = 0; i < 20_000; i += 1) logger.info('burst', { i });
    await close();
    const numbers = (await textOf('fieldwarden.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { i: number }).i);
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('stays within its number of files', async () => {
    const { logger, close } = bound(start({ json: false, maxFileBytes: 2_000, maxFiles: 2, clock: systemClock }));
    for (let i = 0; i < 500; i += 1) logger.info('a line of some length', { i });
    await close();
    expect((await readdir(directory.path)).sort()).toEqual(['fieldwarden.log', 'fieldwarden.log.1']);
    for (const name of ['fieldwarden.log', 'fieldwarden.log.1'])
      expect((await textOf(name)).length).toBeLessThanOrEqual(2_000);
  });

  it('leaves out what is below its level, which can be changed', () => {
    const { logger, recent, configure } = bound(start({ level: 'warn' }));
    logger.info('no');
    logger.error('yes');
    expect([logger.enabled('error'), logger.enabled('warn'), logger.enabled('info')]).toEqual([true, true, false]);
    configure({ level: 'debug', json: true });
    logger.debug('now');
    expect(logger.enabled('debug')).toBe(true);
    expect(recent(undefined, 10).map(({ message }) => message)).toEqual(['yes', 'now']);
  });

  it('begins and ends its JSON file while it runs', async () => {
    const { logger, configure, close } = bound(start({ json: false }));
    logger.info('before');
    configure({ level: 'info', json: true });
    logger.info('while');
    configure({ level: 'info', json: false });
    logger.info('after');
    await close();
    expect(await textOf('fieldwarden.jsonl')).toMatch(/^\{[^\n]*"while"[^\n]*\}\n$/);
    expect((await textOf('fieldwarden.log')).match(/before|while|after/g)).toEqual(['before', 'while', 'after']);
  });

  it('tells the terminal in short lines, and nothing when not asked', async () => {
    const terminal = new PassThrough({ encoding: 'utf8' });
    const { logger } = bound(start({ toConsole: true, consoleStream: terminal }));
    logger.info('listening', { port: 4841 });
    const text = await waitFor(() => terminal.read() as string | null, { what: 'a line on the terminal' });
    expect(text).toMatch(/^\d\d:\d\d:\d\d info {2}listening port=4841\n$/);
  });

  it('has no secret in any of its places, not even a part of one that was cut (§13.5)', async () => {
    const redactor = new LiveSecrets();
    redactor.learn(['open-sesame']);
    const { logger, recent, close } = bound(start({ redactor }));
    const error = new Error('refused open-sesame', { cause: new Error('because of open-sesame') });
    logger.warn(`as open-sesame ${'x'.repeat(16_364)} open-sesame`, {
      error,
      list: [{ error }],
      password: 'open-sesame',
    });
    await close();
    const all = [
      await textOf('fieldwarden.log'),
      await textOf('fieldwarden.jsonl'),
      JSON.stringify(recent(undefined, 1)),
    ];
    expect(all.map((text) => /sesame|open-/.test(text))).toEqual([false, false, false]);
    expect(all[0]).toContain('as ***');
  });

  it('survives a terminal that goes away', async () => {
    const terminal = new PassThrough();
    const { logger, close } = bound(start({ toConsole: true, consoleStream: terminal }));
    // Without a listener, this throws; from a socket it would end the process.
    terminal.emit('error', new Error('EPIPE'));
    terminal.destroy();
    logger.info('still here');
    await close();
    expect(await textOf('fieldwarden.log')).toContain('still here');
  });
});

describe('records in memory', () => {
  it('are the newest of everything, and the newest of each driver', () => {
    const { logger, recent } = bound(start());
    const quiet = logger.child({ driverId: 'quiet' });
    const noisy = logger.child({ driverId: 'noisy' });
    quiet.info('connected');
    for (let i = 0; i < recentCapacity + 5; i += 1) noisy.info('again', { i });
    expect(recent('quiet', 10).map(({ message }) => message)).toEqual(['connected']);
    expect(recent('noisy', 2).map(({ i }) => i)).toEqual([recentCapacity + 3, recentCapacity + 4]);
    expect(recent('noisy', 5_000)).toHaveLength(recentCapacity);
    expect(recent(undefined, 5_000).some(({ driverId }) => driverId === 'quiet')).toBe(false);
    expect(recent('unknown', 10)).toEqual([]);
  });

  it('go with their driver', () => {
    const { logger, recent, forget } = bound(start());
    logger.info('connected', { driverId: 'p' });
    forget('p');
    expect(recent('p', 10)).toEqual([]);
  });

  it('are kept for each service, beside a driver of the same id, and go with it', () => {
    const { logger, recent, recentOfService, forgetService } = bound(start());
    logger.info('a client came', { serviceId: 'opcua' });
    logger.info('connected', { driverId: 'opcua' });
    expect(recentOfService('opcua', 10).map(({ message }) => message)).toEqual(['a client came']);
    expect(recent('opcua', 10).map(({ message }) => message)).toEqual(['connected']);
    forgetService('opcua');
    expect(recentOfService('opcua', 10)).toEqual([]);
  });

  it('are told to subscribers until they leave or throw', () => {
    const { logger, subscribe } = bound(start());
    const seen: string[] = [];
    subscribe(() => {
      throw new Error('gone');
    });
    const subscription = subscribe(({ message }) => seen.push(message));
    logger.info('one');
    logger.info('two');
    subscription[Symbol.dispose]();
    logger.info('three');
    expect(seen).toEqual(['one', 'two']);
  });

  it('still come after the files are closed', async () => {
    const { logger, recent, close } = bound(start());
    await close();
    logger.error('late');
    expect(recent(undefined, 1)).toMatchObject([{ message: 'late' }]);
  });
});

describe('trouble with the files', () => {
  it('is told once, costs nothing else, and its end is told in the log', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const clock = new FakeClock();
    await symlink('/dev/full', join(directory.path, 'fieldwarden.log'));
    const { logger, recent, close } = bound(start({ clock }));
    logger.info('while the disk is full');
    await waitFor(() => clock.pendingTimers === 1, { what: 'a second attempt to be planned' });
    expect(stderr.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/fieldwarden\.log cannot be written.*ENOSPC/),
    ]);
    expect(recent(undefined, 5).map(({ level }) => level)).toEqual(['info', 'error']);
    stderr.mockRestore();

    await rm(join(directory.path, 'fieldwarden.log'));
    await clock.advance(1_000);
    await waitFor(() => recent(undefined, 1)[0].message === 'log file is written again', { what: 'the outage to end' });
    await close();
    expect(await textOf('fieldwarden.jsonl')).toContain('while the disk is full');
    expect((await textOf('fieldwarden.log')).split('\n')).toEqual([
      expect.stringContaining('while the disk is full'),
      expect.stringContaining('log file is written again'),
      '',
    ]);
  });

  it('is no reason to throw when there is a file where the folder should be', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const blocked = join(directory.path, 'blocked');
    await writeFile(blocked, '');
    const { logger, recent, close } = bound(start({ dir: blocked }));
    logger.info('no file');
    await close();
    stderr.mockRestore();
    expect(recent(undefined, 5)[0].message).toBe('no file');
  });
});

/** Its members as functions of their own. */
function bound(from: Logging): Logging {
  return {
    logger: from.logger,
    recent: (driverId, count) => from.recent(driverId, count),
    recentOfService: (serviceId, count) => from.recentOfService(serviceId, count),
    subscribe: (listener) => from.subscribe(listener),
    configure: (settings) => from.configure(settings),
    forget: (driverId) => from.forget(driverId),
    forgetService: (serviceId) => from.forgetService(serviceId),
    close: () => from.close(),
  };
}
