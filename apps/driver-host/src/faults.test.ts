import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { encodeFrame, FrameDecoder, frameKinds, protocolVersion } from '@fieldwarden/channel';
import { systemClock, ValueColumns, type Clock } from '@fieldwarden/core';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { driverHostMain } from './index.js';
import { isRunning, makeHost, startHost, type HostOptions, type ObservedHost } from './test-drivers/start-host.js';

const rogueMain = fileURLToPath(import.meta.resolve('@fieldwarden/driver-host/test-drivers/rogue-host'));

const points = [{ path: 'p', address: '42', type: { scalar: 'float64' as const } }];

/** Lives beside every Host that goes wrong in this file, and must not notice. */
let sibling: ObservedHost;

beforeAll(async () => {
  sibling = await startHost();
});

afterEach(async () => {
  const into = new ValueColumns(1);
  await sibling.session.read!(sibling.session.prepareRead!('device', points), into, testCall());
  expect(into.values[0]).toBe(42);
  expect(sibling.events.map(({ type }) => type).filter((type) => type !== 'state')).toEqual(['ready']);
});

afterAll(() => sibling[Symbol.asyncDispose]());

const patient = {
  backoff: { initialMs: 10, maxMs: 10, jitter: 0 },
  crashLoop: { crashes: 1_000, windowMs: 300_000, failedStarts: 1_000 },
};

function makeRogue(fault: string, { options, ...rest }: HostOptions = {}): ObservedHost {
  return makeHost({ hostMain: rogueMain, options: { fault, ...(options as object) }, supervision: patient, ...rest });
}

async function startRogue(fault: string, options?: HostOptions): Promise<ObservedHost> {
  const observed = makeRogue(fault, options);
  observed.host.start();
  await observed.seen('ready');
  return observed;
}

describe('a Host that says nonsense when it is asked (§4.1)', () => {
  it.each([
    'garbage',
    'oversized-frame',
    'answer-twice',
    'unknown-message',
    'message-of-the-other-side',
    'values-for-a-write',
  ])('(%s) is killed with cause protocol, and started again', async (fault) => {
    await using observed = await startRogue(fault);
    observed.order('anything');
    expect(await observed.seen('down')).toMatchObject({
      cause: 'protocol',
      signal: 'SIGKILL',
      error: { cause: { kind: 'protocol' } },
    });
    await observed.seen('ready', 2);
  });

  it('(result-of-wrong-shape) fails that call, as unknown', async () => {
    await using observed = await startRogue('result-of-wrong-shape');
    await expect(observed.command('anything')).rejects.toMatchObject({ kind: 'protocol', writeOutcome: 'unknown' });
    expect(observed.host.snapshot.state).toBe('ready');
  });

  it('(answer-late) is heard no more, which is counted', async () => {
    await using observed = await startRogue('answer-late');
    const item = { point: points[0], value: 1 };
    const call = observed.session.write!('device', [item], testCall({ timeoutMs: 50 }));
    await expect(call).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'unknown' });
    await waitFor(() => observed.host.snapshot.lateReplies === 1, { what: 'the late reply' });
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', pending: 0 });
  });
});

describe('a Host that says nonsense before it is ready (§4.1)', () => {
  it.each(['second-ready', 'values-before-ready', 'answer-before-ready'])(
    '(%s) is killed with cause protocol',
    async (fault) => {
      await using observed = makeRogue(fault);
      observed.host.start();
      expect(await observed.seen('down')).toMatchObject({ cause: 'protocol', signal: 'SIGKILL' });
    },
  );

  it.each(['never-ready', 'cut-and-stay'])('(%s) is killed with cause start-timeout', async (fault) => {
    await using observed = makeRogue(fault, { supervision: { ...patient, startBudgetMs: 300 } });
    observed.host.start();
    expect(await observed.seen('down')).toMatchObject({ cause: 'start-timeout', signal: 'SIGKILL' });
  });

  it('(a frame cut anywhere by its end) is a plain exit, wherever it was cut', async () => {
    const cuts = [1, 3, 4, 5, 7, 8, 9, 20];
    await using observed = makeRogue('cut-and-exit', { options: { cuts } });
    observed.host.start();
    await observed.seen('down', cuts.length);
    const downs = observed.events.flatMap((event) => (event.type === 'down' ? [[event.cause, event.exitCode]] : []));
    expect(downs.slice(0, cuts.length)).toEqual(cuts.map(() => ['exit', 0]));
  });
});

describe('two versions of the channel (§4.4)', () => {
  it('a Host that exits with 55 is refused: not started again by itself', async () => {
    await using observed = makeRogue('exit-55');
    observed.host.start();
    expect(await observed.seen('down')).toMatchObject({ cause: 'refused', exitCode: 55 });
    expect(observed.host.snapshot).toMatchObject({ state: 'refused', nextAttemptAt: null, pid: null });
  });

  it('the real Host does so when the Supervisor speaks another one, and says why', async () => {
    const child = spawn(process.execPath, [driverHostMain], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    const channel = child.stdio[3] as Duplex;
    const heard: { type: string; error?: { code: string } }[] = [];
    const decoder = new FrameDecoder((_kind, payload) => heard.push(deserialize(payload) as { type: string }));
    channel.on('data', (chunk: Buffer) => decoder.push(chunk));
    channel.write(encodeFrame(frameKinds.control, serialize({ type: 'init', protocol: protocolVersion + 1 })));
    expect(await exited).toEqual([55, null]);
    expect(heard).toMatchObject([{ type: 'hello' }, { type: 'fatal', error: { code: 'CHANNEL_VERSION' } }]);
  });
});

describe('what a Host leaves behind (§4.5)', () => {
  const leftPid = async ({ logger }: ObservedHost): Promise<number> => {
    const line = await waitFor(() => logger.messages().find((text) => text.startsWith('left ')), { what: 'its pid' });
    return Number(line.split(' ')[1]);
  };

  it('goes with it: a grandchild dies when its Host does', async () => {
    await using observed = await startRogue('grandchild');
    await observed.command('anything');
    const pid = await leftPid(observed);
    process.kill(observed.host.snapshot.pid!, 'SIGKILL');
    await observed.seen('down');
    await waitFor(async () => !(await isRunning(pid)), { what: 'the end of the grandchild' });
  });

  it('holds nothing up: a daemon that keeps stdout open delays no death and no respawn', async () => {
    await using observed = await startRogue('detached-grandchild');
    await observed.command('anything');
    const pid = await leftPid(observed);
    try {
      process.kill(observed.host.snapshot.pid!, 'SIGKILL');
      expect(await observed.seen('down')).toMatchObject({ cause: 'signal' });
      await observed.seen('ready', 2);
      expect(await isRunning(pid)).toBe(true);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});

describe('a Host that does not listen (§4.5)', () => {
  it('to drain, stop and SIGTERM is killed at the end of the ladder', async () => {
    const supervision = { ...patient, drainMs: 50, terminateMs: 50 };
    await using observed = await startRogue('ignore-everything', { supervision });
    const pid = observed.host.snapshot.pid!;
    await observed.host.stop();
    expect(await observed.seen('down')).toMatchObject({ cause: 'operator', signal: 'SIGKILL' });
    expect(await isRunning(pid)).toBe(false);
  });
});

describe('a Host that is stopped by a signal (§4.2)', () => {
  it('and continued in time is suspect, then as before', async () => {
    await using observed = await startHost({ supervision: { hangKillMs: 20_000 } });
    const { pid } = observed.host.snapshot;
    process.kill(pid!, 'SIGSTOP');
    await observed.seen('suspect');
    process.kill(pid!, 'SIGCONT');
    await observed.seen('recovered');
    await expect(observed.command('nothing')).resolves.toMatchObject([{ outcome: 'done' }]);
    expect(observed.host.snapshot).toMatchObject({ spawn: 1, pid });
  });

  it('for too long is killed as hung, and why there is no stack is on record', async () => {
    await using observed = await startHost({ supervision: { stackCaptureMs: 100 } });
    process.kill(observed.host.snapshot.pid!, 'SIGSTOP');
    const down = await observed.seen('down');
    expect(down).toMatchObject({ cause: 'hang', signal: 'SIGKILL', stack: undefined });
    expect(down.stackMissing).toContain('SIGSTOP');
    await observed.seen('ready', 2);
  });
});

describe('a Host under a debugger (§4.2)', () => {
  it('may stand still for as long as somebody looks', async () => {
    await using observed = await startHost();
    await observed.command('inspect');
    await waitFor(() => observed.host.snapshot.inspectorOpen, { what: 'the news of the open inspector' });
    const hangKillMs = 500;
    observed.order(`spin:${hangKillMs * 3}`);
    await observed.seen('suspect');
    await observed.seen('recovered');
    expect(observed.events.filter(({ type }) => type === 'down')).toEqual([]);
    expect(observed.host.snapshot.spawn).toBe(1);
    await observed.host.recycle('wedge');
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', spawn: 1 });
  });
});

describe('a Host that takes more than its share', () => {
  it('of memory dies of it alone', async () => {
    await using observed = await startHost();
    observed.order('allocate');
    const down = await observed.seen('down');
    expect(down.cause).toBe('signal');
    // V8 ends itself by one or the other, depending on which allocation failed.
    expect(down.signal).toMatch(/^SIG(ABRT|TRAP|ILL|SEGV|BUS)$/);
    await observed.seen('ready', 2);
  });

  it('of descriptors goes on being supervised, and can be restarted', async () => {
    await using observed = await startHost();
    await expect(observed.command('descriptors')).resolves.toMatchObject([{ outcome: 'done' }]);
    // Without a descriptor it can't read its own statistics, and says what it knows.
    const isCoarse = (): boolean => observed.host.snapshot.memoryBytes === observed.host.snapshot.rssBytes;
    await waitFor(isCoarse, { what: 'a pong without descriptors' });
    await observed.host.restart();
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', spawn: 2, lastCause: 'operator' });
  });

  it.each(['print-flood', 'log-flood'])('of the log (%s) is cut short, and counted', async (flood) => {
    await using observed = await startHost({ supervision: { drainMs: 50 } });
    observed.order(flood);
    await waitFor(() => observed.host.snapshot.droppedLogLines > 20_000, { what: 'dropped lines', timeoutMs: 20_000 });
    expect(observed.logger.records.length).toBeLessThan(30_000);
    expect(observed.host.snapshot.lastDeath).toBeNull();
    await observed.host.stop();
  });

  it('of the channel with values is conflated, and the Supervisor does not grow', async () => {
    await using observed = await startHost({ supervision: { drainMs: 50 } });
    const wide = Array.from({ length: 10_000 }, (_, index) => ({ ...points[0], path: `p${index}` }));
    let values = 0;
    const sink = { push: ({ length }: { length: number }) => void (values += length), fail: () => undefined };
    const before = process.memoryUsage();
    await observed.session.subscribe!('flood', wide, sink, testCall());
    await waitFor(() => observed.host.snapshot.conflatedValues > 50_000 && values > 5_000_000, {
      what: 'a flood',
      timeoutMs: 20_000,
    });
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', lastDeath: null });
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(64 * 1024 * 1024);
    await observed.host.stop();
  });
});

describe('jumps of the wall clock (§4.4)', () => {
  it.each([
    ['an hour on', 3_600_000],
    ['an hour back', -3_600_000],
    ['ten years on', 10 * 365 * 86_400_000],
  ])('(%s) move no deadline', async (_what, jumpMs) => {
    let wallOffsetMs = 0;
    const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + wallOffsetMs };
    await using observed = await startHost({ clock });
    wallOffsetMs = jumpMs;
    process.kill(observed.host.snapshot.pid!, 'SIGKILL');
    const down = await observed.seen('down');
    expect(Math.abs(down.atMs - (systemClock.wallMs() + jumpMs))).toBeLessThan(60_000);
    await observed.seen('ready', 2);
    wallOffsetMs = 0;
    await expect(observed.command('slow:20')).resolves.toMatchObject([{ outcome: 'done' }]);
    expect(observed.events.flatMap((event) => (event.type === 'down' ? [event.cause] : []))).toEqual(['signal']);
  });
});
