import { GatewayError, systemClock } from '@fieldwarden/core';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defineDriver, type DriverContext, type DriverSession } from '@fieldwarden/driver';
import { driverFolders, openBelongings } from '@fieldwarden/belongings';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import type { DriverSettings } from '../driver-settings.js';
import { InProcessHome } from './in-process-home.js';
import type { HomeListener } from './session-home.js';

const anything = { parse: (value: unknown) => value } as never;

const nowhere = { storage: '/dev/null/storage', certificates: '/dev/null/pki' };

function homeOf(
  session: Partial<DriverSession>,
  create?: (context: DriverContext) => DriverSession,
  made: (context: DriverContext) => void = () => undefined,
  folders = nowhere,
) {
  const told: string[] = [];
  const definition = defineDriver({
    type: 'test',
    version: '1',
    tier: 'A',
    entry: import.meta.url,
    options: anything,
    deviceOptions: anything,
    address: (text) => text,
    create: (context) => {
      made(context);
      return create?.(context) ?? { close: () => Promise.resolve(), ...session };
    },
  });
  const driver = { id: 'drv', options: {}, devices: [] } as unknown as DriverSettings;
  const logger = collectingLogger();
  const listener: HomeListener = {
    ready: () => told.push('ready'),
    lost: () => told.push('lost'),
    phaseChanged: () => told.push(home.phase.type),
  };
  const home: InProcessHome = new InProcessHome(definition, driver, listener, {
    folders,
    openBelongings,
    clock: systemClock,
    logger,
    random: Math.random,
  });
  return { home, told, logger };
}

describe('InProcessHome', () => {
  it('offers its session from ready until it is stopped', async () => {
    const { home, told } = homeOf({});
    expect(home.session).toBeUndefined();
    await home.start();
    expect(home.session).toBeDefined();
    expect(home.facts.upMs).toBeGreaterThanOrEqual(0);
    await home.stop();
    expect(home.session).toBeUndefined();
    expect(told).toEqual(['starting', 'ready', 'ready', 'stopped']);
  });

  it('makes its next session of the devices that it was told of while it stood', async () => {
    const made: unknown[] = [];
    const { home } = homeOf(
      {},
      () => ({ close: () => Promise.resolve() }),
      (context) => made.push(context.devices),
    );
    const devices = [{ id: 'new', options: {} }];
    home.configure({ id: 'drv', options: {}, devices } as unknown as DriverSettings);
    await home.start();
    expect(made).toEqual([devices]);
  });

  it('gives a session what it keeps: the same table and folder for the next one', async () => {
    await using directory = await temporaryDirectory();
    const folders = driverFolders(directory.path, 'drv');
    const seen: unknown[] = [];
    const counting = (context: DriverContext): DriverSession => ({
      open: async () => {
        const starts = ((await context.storage.get('starts')) as number | undefined) ?? 0;
        await context.storage.put('starts', starts + 1);
        seen.push([starts, context.certificates.folder, (await stat(context.certificates.folder)).isDirectory()]);
      },
      close: () => Promise.resolve(),
    });
    const { home } = homeOf({}, counting, undefined, folders);
    for (let round = 0; round < 2; round += 1) {
      await home.start();
      await home.stop();
    }
    expect(seen).toEqual([
      [0, join(directory.path, 'pki/drivers/drv'), true],
      [1, join(directory.path, 'pki/drivers/drv'), true],
    ]);
  });

  it('makes no session for a start that was undone before it got that far', async () => {
    const { home, told } = homeOf({});
    const first = home.start();
    await home.stop();
    await home.start();
    await first;
    expect(home.phase.type).toBe('ready');
    expect(told.filter((phase) => phase === 'failed')).toEqual([]);
  });

  it('has failed, with the reason, when the session cannot be made or opened', async () => {
    const refusal = new GatewayError({ code: 'NO_SUCH_OPTION', kind: 'config', message: 'no' });
    const broken = [
      homeOf({}, () => {
        throw refusal;
      }),
      homeOf({ open: () => Promise.reject(refusal) }),
    ];
    for (const { home } of broken) {
      await home.start();
      expect(home.phase).toMatchObject({ type: 'failed', error: { code: 'NO_SUCH_OPTION' } });
    }
  });

  it('a reset tries again what had failed, and leaves alone what runs', async () => {
    let opens = 0;
    const open = (): Promise<void> => (++opens === 1 ? Promise.reject(new Error('first')) : Promise.resolve());
    const { home } = homeOf({ open });
    await home.start();
    await home.reset();
    expect(home.phase.type).toBe('ready');
    await home.reset();
    expect(opens).toBe(2);
  });

  it('a stop does not wait for an open that hangs, and the session that was opening never gets ready', async () => {
    let closed = 0;
    const open = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    const { home, told } = homeOf({ open, close: () => (closed++, Promise.resolve()) });
    const starting = home.start();
    await home.stop();
    await starting;
    expect(home.phase.type).toBe('stopped');
    expect(told).not.toContain('ready');
    expect(closed).toBe(1);
  });

  it('a close that throws is logged and stops nothing', async () => {
    const { home, logger } = homeOf({ close: () => Promise.reject(new Error('broken close')) });
    await home.start();
    await home.stop();
    expect(home.phase.type).toBe('stopped');
    expect(logger.messages('error')).toEqual([expect.stringContaining('broken close')]);
  });

  it('cannot be recycled: it has no process of its own', async () => {
    await expect(homeOf({}).home.recycle()).rejects.toMatchObject({ code: 'NOT_ISOLATED' });
  });

  it('is out of service once given up, until a reset', async () => {
    const { home } = homeOf({});
    await home.start();
    home.giveUp(new GatewayError({ code: 'DRIVER_WEDGED', kind: 'bug', message: 'no progress' }));
    expect(home.phase).toMatchObject({ type: 'failed', error: { code: 'DRIVER_WEDGED' } });
    expect(home.session).toBeUndefined();
    await home.reset();
    expect(home.phase.type).toBe('ready');
  });
});
