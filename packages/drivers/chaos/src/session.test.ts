import { isNumericColumn, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { DriverSession, Point, UpdateBatch } from '@fieldwarden/driver';
import { collectingLogger, FakeClock, testBelongings, testCall } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { commandNames } from './command.js';
import { chaosOptions } from './options.js';
import { ChaosSession } from './session.js';
import { SubscribingChaosSession } from './subscribing-session.js';

const counter: Point = { path: 'c', address: 'counter', type: { scalar: 'uint8' } };
const value: Point = { path: 'v', address: 'value', type: { scalar: 'int32' } };
const held: Point = { path: 'h', address: 'heldBytes', type: { scalar: 'float64' } };
const command: Point = { path: 'x', address: 'command', type: { scalar: 'string' } };

interface Setting {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly isInHost?: boolean;
}

/** A session on a fake clock; `isInHost` only for faults that leave this process alone. */
function setUp({ options = {}, isInHost = false }: Setting = {}) {
  const clock = new FakeClock();
  const logger = collectingLogger();
  const parsed = chaosOptions.parse(options);
  const context = {
    driverId: 'c',
    options: parsed,
    devices: [{ id: 'd', options: {} }],
    clock,
    logger,
    random: () => 0.5,
    ...testBelongings(),
  };
  const session =
    parsed.delivery === 'subscribe'
      ? new SubscribingChaosSession(context, isInHost)
      : new ChaosSession(context, isInHost);
  const call = (timeoutMs = 2_000) => testCall({ clock, timeoutMs });
  const write = (point: Point, written: TagValue, timeoutMs?: number) =>
    session.write('d', [{ point, value: written }], call(timeoutMs));
  return {
    clock,
    logger,
    session,
    call,
    write,
    obey: async (text: string) => (await write(command, text))[0],
    read: (point: Point, timeoutMs?: number) => readOne(session, point, call(timeoutMs)),
  };
}

async function readOne(session: DriverSession, point: Point, call: ReturnType<typeof testCall>) {
  const into = new ValueColumns(1);
  await session.read!(session.prepareRead!('d', [point]), into, call);
  return isNumericColumn(point.type) ? into.values[0] : into.objects?.get(0);
}

/** Once everything has had its turn that needs no time to pass. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settled = (): void => void (pending = false);
  promise.then(settled, settled);
  await new Promise((resolve) => setImmediate(resolve));
  return pending;
}

describe('outside a Host', () => {
  const harmless = ['ok', 'wedge', 'wedge:hard', 'slow', 'answer-late'];

  it.each(commandNames.filter((name) => !harmless.includes(name)))('%s is rejected in words', async (name) => {
    const { obey, read } = setUp();
    const result = await obey(name);
    expect(result).toMatchObject({ outcome: 'rejected', message: expect.stringContaining('isolation: host') });
    expect(await read(command)).toBe('ok');
  });

  it.each(harmless)('%s is obeyed, since it harms nobody else', async (name) => {
    const { obey } = setUp();
    expect(await obey(name)).toMatchObject({ outcome: 'done' });
  });

  it.each([
    [{ failStart: { exit: 1 } }],
    [{ failFirstStarts: 1, counterFile: 'starts' }],
    [{ refuseStop: true }],
    [{ schedule: [{ afterMs: 1, command: 'crash' }] }],
  ])('options that would break the process are refused: %j', async (options) => {
    const { session } = setUp({ options });
    const opened = session.open(new AbortController().signal);
    await expect(opened).rejects.toMatchObject({ kind: 'config', code: 'CHAOS_NEEDS_HOST' });
  });
});

describe('the counter (§9.5)', () => {
  it('counts the reads, and starts again beyond its type', async () => {
    const { read } = setUp();
    expect(await read(counter)).toBe(1);
    for (let i = 0; i < 254; i++) await read(counter);
    expect(await read(counter)).toBe(0);
  });
});

describe('a command (§9.5)', () => {
  it('that is none changes nothing, and the answer names those that are', async () => {
    const { obey, read } = setUp();
    await obey('slow:5');
    expect(await obey('explode')).toMatchObject({ outcome: 'rejected', message: expect.stringContaining('wedge') });
    expect(await obey('ok')).toMatchObject({ outcome: 'done' });
    expect(await read(command)).toBe('ok');
  });

  it('is obeyed at once, however slow or stuck everything else is', async () => {
    const { obey, read, clock } = setUp();
    await obey('slow:1000');
    await obey('wedge');
    const stuck = read(value);
    expect(await isPending(stuck)).toBe(true);
    await obey('ok');
    expect(await stuck).toBe(0);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('by schedule comes that long after ready', async () => {
    const { session, clock, read } = setUp({ options: { schedule: [{ afterMs: 50, command: 'answer-late:7' }] } });
    await session.open(new AbortController().signal);
    await clock.advance(49);
    expect(await read(command)).toBe('ok');
    await clock.advance(1);
    const late = read(command, 100);
    await clock.advance(106);
    expect(await isPending(late)).toBe(true);
    await clock.advance(1);
    expect(await late).toBe('answer-late:7');
  });
});

describe('slow (§9.5)', () => {
  it('takes its time from reads and writes alike', async () => {
    const { obey, write, clock, session } = setUp();
    await obey('slow:100');
    const written = write(value, 3);
    await clock.advance(99);
    expect(await isPending(written)).toBe(true);
    await clock.advance(1);
    expect(await written).toMatchObject([{ outcome: 'done' }]);
    expect(session.describePlan({ deviceId: 'd', points: [value] }).estimatedCycleMs).toBe(100);
  });

  it('times out at the deadline of the call; such a write was not sent', async () => {
    const { obey, write, read, clock } = setUp();
    await obey('slow:100');
    const written = write(value, 3, 50);
    written.catch(() => undefined);
    await clock.advance(50);
    await expect(written).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'not-sent' });
    await obey('ok');
    expect(await read(value)).toBe(0);
  });
});

describe('a wedge (§9.5)', () => {
  it('gives way to reinitialize, which cancels what waited', async () => {
    const { obey, read, session } = setUp();
    await obey('wedge');
    const stuck = read(value);
    stuck.catch(() => undefined);
    await session.reinitialize();
    await expect(stuck).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await read(command)).toBe('ok');
  });

  it('that is hard does not, and says so', async () => {
    const { obey, read, session } = setUp();
    await obey('wedge:hard');
    const stuck = read(value);
    await expect(session.reinitialize()).rejects.toMatchObject({ code: 'CHAOS_STILL_WEDGED', kind: 'unreachable' });
    expect(await isPending(stuck)).toBe(true);
    await obey('ok');
    expect(await stuck).toBe(0);
  });

  it('stops the pushes', async () => {
    const { obey, session, call, clock } = setUp({ options: { delivery: 'subscribe', updateMs: 100 } });
    const counts: number[] = [];
    const push = ({ columns }: UpdateBatch) => void counts.push(columns.values[0]);
    await (session as SubscribingChaosSession).subscribe('d', [counter], { push, fail: () => undefined }, call());
    await clock.advance(100);
    await obey('wedge');
    await clock.advance(1_000);
    expect(counts).toEqual([1, 2]);
    await obey('ok');
    await clock.advance(100);
    expect(counts).toEqual([1, 2, 3]);
  });
});

describe('memory', () => {
  it('of a leak grows with time, up to its cap, and is given back by ok', async () => {
    const { obey, read, session, clock } = setUp({ isInHost: true, options: { maxAllocateMb: 1 } });
    await obey('leak:0.5');
    await clock.advance(1_000);
    expect(await read(held)).toBe(500_000);
    session.flushOptionalCaches();
    await clock.advance(5_000);
    expect([await read(held), session.memoryFootprint()]).toEqual([1_000_000, 1_000_000]);
    await obey('ok');
    await clock.advance(1_000);
    expect(await read(held)).toBe(0);
  });

  it('of a cache is given back when the runtime asks for it, and grows again', async () => {
    const { obey, read, session, clock } = setUp({ isInHost: true });
    await obey('cache:1');
    await clock.advance(1_000);
    expect(await read(held)).toBe(1_000_000);
    session.flushOptionalCaches();
    expect(await read(held)).toBe(0);
    await clock.advance(500);
    expect(await read(held)).toBe(500_000);
    await session.close();
  });

  it('can be claimed', () => {
    expect(setUp({ options: { memoryFootprintBytes: 7 } }).session.memoryFootprint()).toBe(7);
  });
});

describe('closing', () => {
  it('cancels what waits, undoes every fault, and forgets the schedule', async () => {
    const { session, obey, read, clock } = setUp({ options: { schedule: [{ afterMs: 10, command: 'wedge' }] } });
    await session.open(new AbortController().signal);
    await obey('wedge');
    const stuck = read(value);
    stuck.catch(() => undefined);
    await session.close();
    await expect(stuck).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(read(value)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the options', () => {
  it.each([
    [{ schedule: [{ afterMs: 1, command: 'explode' }] }, 'is no command'],
    [{ failFirstStarts: 1 }, 'needs counterFile'],
    [{ slowStartMs: 600_001 }, '600000'],
  ])('refuse %j', (options, words) => {
    expect(chaosOptions.safeParse(options).error?.message).toContain(words);
  });

  it('delay the start, and let it be given up', async () => {
    const { session, clock } = setUp({ options: { slowStartMs: 100 } });
    const opened = session.open(new AbortController().signal);
    await clock.advance(99);
    expect(await isPending(opened)).toBe(true);
    await clock.advance(1);
    await opened;
    const giveUp = new AbortController();
    const never = setUp({ options: { neverReady: true } }).session.open(giveUp.signal);
    giveUp.abort(new Error('given up'));
    await expect(never).rejects.toThrow('given up');
  });
});

describe('devices that come and go (§7.5)', () => {
  const wedged = async (options: Readonly<Record<string, unknown>> = {}) => {
    const setting = setUp({ options });
    await setting.write(value, 7);
    await setting.obey('wedge');
    return setting;
  };

  it('cancels the calls that are wedged when their device goes, and forgets what it held', async () => {
    const { session, call, read, obey } = await wedged();
    const waiting = session.probe('d', call());
    await session.setDevices([{ id: 'e', options: {} }]);
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(session.probe('d', call())).rejects.toMatchObject({ kind: 'config' });
    await session.setDevices([{ id: 'd', options: {} }]);
    await obey('ok');
    expect(await read(value)).toBe(0);
  });

  it('leaves the calls to others where they are, and commands in force', async () => {
    const { session, call, read, obey } = await wedged();
    const waiting = session.probe('d', call());
    await session.setDevices([
      { id: 'd', options: {} },
      { id: 'e', options: {} },
    ]);
    expect(await isPending(waiting)).toBe(true);
    await obey('ok');
    await waiting;
    expect(await read(value)).toBe(7);
  });

  it('ends the slow calls to a device that goes', async () => {
    const { session, call, obey } = setUp();
    await obey('slow:1000');
    const waiting = session.probe('d', call());
    await session.setDevices([]);
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('pushes no more to the subscribers of a device that is gone', async () => {
    const { session, call, clock } = setUp({ options: { delivery: 'subscribe', updateMs: 100 } });
    let pushes = 0;
    const sink = { push: () => void (pushes += 1), fail: () => undefined };
    await (session as SubscribingChaosSession).subscribe('d', [counter], sink, call());
    await session.setDevices([{ id: 'e', options: {} }]);
    await clock.advance(1_000);
    expect(pushes).toBe(1);
  });
});
