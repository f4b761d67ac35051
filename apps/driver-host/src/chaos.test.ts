import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UpdateBatch } from '@fieldwarden/driver';
import { temporaryDirectory, testCall, waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeChaos, points, startChaos, type ChaosHost } from './test-drivers/start-chaos.js';
import { isRunning } from './test-drivers/start-host.js';

const done = [expect.objectContaining({ outcome: 'done' })];

describe('a command that ends the Host (§9.5)', () => {
  let victim: ChaosHost;
  let bystander: ChaosHost;
  let bystanderPid: number | null;

  beforeAll(async () => {
    [victim, bystander] = await Promise.all([startChaos({ id: 'victim' }), startChaos({ id: 'bystander' })]);
    bystanderPid = bystander.host.snapshot.pid;
  });

  afterAll(() => Promise.all([victim, bystander].map((chaos) => chaos[Symbol.asyncDispose]())));

  it.each([
    ['crash', { cause: 'exit', exitCode: 1 }, 'thrown from a timer'],
    ['reject', { cause: 'exit', exitCode: 1 }, 'a rejection that nobody handles'],
    ['exit:7', { cause: 'exit', exitCode: 7 }, 'exit code 7'],
    ['exit:0', { cause: 'exit', exitCode: 0 }, 'exit code 0'],
    ['abort', { cause: 'signal', signal: 'SIGABRT' }, 'SIGABRT'],
    ['kill', { cause: 'signal', signal: 'SIGKILL' }, 'SIGKILL'],
    ['hang', { cause: 'hang', signal: 'SIGKILL' }, 'hang'],
    ['garbage', { cause: 'protocol' }, 'not a frame'],
    ['garbage:oversize', { cause: 'protocol' }, 'a frame of 1073741824 bytes'],
    ['garbage:cut', { cause: 'signal', signal: 'SIGKILL' }, 'SIGKILL'],
    ['answer-twice', { cause: 'protocol' }, 'an answer to a call that was never made'],
  ])('%s is answered first, then recorded, and followed by a fresh Host', async (command, record, words) => {
    const { spawn } = victim.host.snapshot;
    expect(await victim.command(command)).toEqual(done);
    const down = await victim.seen('down', spawn);
    expect(down).toMatchObject({ spawn, ...record });
    expect(down.error.message).toContain(words);
    expect(down.logTail).toContain(`chaos: ${command}`);
    await victim.seen('ready', spawn + 1);
    expect(await victim.read(points.command)).toBe('ok');

    expect(bystander.host.snapshot).toMatchObject({ state: 'ready', pid: bystanderPid, spawn: 1 });
    expect(await bystander.read(points.counter)).toBe(spawn);
  });

  it('leaves the place where it happened in the record', async () => {
    const [, stackOfCrash, stackOfHang] = await deathsOf(victim, ['crash', 'hang']);
    expect(stackOfCrash).toContain('throwFromTimer');
    expect(stackOfHang).toContain('spinForEver');
  });
});

it('exit:78 is taken for a configuration that can never work', async () => {
  await using chaos = await startChaos();
  await chaos.command('exit:78');
  expect(await chaos.seen('down')).toMatchObject({ cause: 'refused', exitCode: 78 });
  expect(chaos.host.snapshot).toMatchObject({ state: 'refused', nextAttemptAt: null });
});

describe('a fault that the Host survives (§9.5)', () => {
  it('slow: calls take their time, and time out at their deadline', async () => {
    await using chaos = await startChaos();
    await chaos.command('slow:300');
    expect(await chaos.read(points.counter)).toBe(1);
    await expect(chaos.read(points.counter, { timeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
    await chaos.command('ok');
    expect(await chaos.read(points.counter, { timeoutMs: 100 })).toBeGreaterThan(1);
  });

  it('answer-late: the caller has gone, and the late reply is counted', async () => {
    await using chaos = await startChaos();
    await chaos.command('answer-late:100');
    await expect(chaos.read(points.counter, { timeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
    await waitFor(() => chaos.host.snapshot.lateReplies === 1, { what: 'the late reply' });
    const write = chaos.write(points.value, 1, { timeoutMs: 100 });
    await expect(write).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'unknown' });
  });

  it('wedge: calls stay pending and nothing progresses, while pings are answered', async () => {
    await using chaos = await startChaos();
    const { host } = chaos;
    await chaos.command('wedge');
    const stuck = chaos.read(points.counter, { timeoutMs: 20_000 });
    const { progress } = await afterPongs(chaos, 3);
    expect(await afterPongs(chaos, 5)).toMatchObject({ progress, pending: 1, state: 'ready' });
    await chaos.command('ok');
    expect(await stuck).toBe(1);
    expect(host.snapshot).toMatchObject({ spawn: 1, pending: 0 });
  });

  it('wedge: gives way to reinitialize, wedge:hard does not', async () => {
    await using chaos = await startChaos();
    const { session, snapshot } = chaos.host;
    await chaos.command('wedge');
    const cancelled = chaos.read(points.counter, { timeoutMs: 20_000 });
    const refusal = expect(cancelled).rejects.toMatchObject({ kind: 'cancelled', code: 'CHAOS_REINITIALIZED' });
    await waitFor(() => chaos.host.snapshot.pending === 1, { what: 'the read to be under way' });
    await session!.reinitialize!();
    await refusal;
    expect(await chaos.read(points.counter)).toBe(1);

    await chaos.command('wedge:hard');
    await expect(session!.reinitialize!()).rejects.toMatchObject({ code: 'CHAOS_STILL_WEDGED' });
    expect(chaos.host.snapshot.pid).toBe(snapshot.pid);
  });

  it('cache: grows like a leak, and is given back when the Supervisor asks for it', async () => {
    await using chaos = await startChaos();
    await chaos.command('cache:40');
    await waitFor(async () => Number(await chaos.read(points.heldBytes)) > 15_000_000, { what: '15 MB' });
    chaos.host.session!.flushOptionalCaches!();
    await waitFor(async () => Number(await chaos.read(points.heldBytes)) < 15_000_000, { what: 'the flush' });
  });

  it('leak: private memory grows until ok, which gives it back', async () => {
    await using chaos = await startChaos();
    const atFirst = (await afterPongs(chaos, 1)).memoryBytes!;
    const memoryBytes = () => chaos.host.snapshot.memoryBytes! - atFirst;
    await chaos.command('leak:200');
    await waitFor(() => memoryBytes() > 60_000_000, { what: '60 MB more' });
    await chaos.command('ok');
    await waitFor(() => memoryBytes() < 30_000_000, { what: 'the memory to be given back' });
    expect(await chaos.read(points.heldBytes)).toBe(0);
  });

  it('allocate: takes what it may at once, and the Host goes on answering', async () => {
    await using chaos = await startChaos({ options: { maxAllocateMb: 150 }, supervision: { hangKillMs: 5_000 } });
    await chaos.command('allocate');
    await waitFor(async () => (await chaos.read(points.heldBytes)) === 150_000_000, { what: 'the cap' });
    expect((await afterPongs(chaos, 3)).memoryBytes).toBeGreaterThan(150_000_000);
    expect(chaos.host.session!.memoryFootprint!()).toBe(150_000_000);
  });

  it('flood: lines beyond the limit are dropped and counted, and the Host goes on answering', async () => {
    await using chaos = await startChaos({ supervision: { suspectMs: 2_000, hangKillMs: 5_000 } });
    await chaos.command('flood');
    await waitFor(() => chaos.host.snapshot.droppedLogLines > 50_000, { what: 'dropped lines' });
    expect(await chaos.read(points.counter)).toBe(1);
    await chaos.command('ok');
    expect(chaos.events.map(({ type }) => type)).toEqual(['state', 'ready', 'state']);
  });

  it('flood:values: values that nobody takes in time give way to newer ones, and are counted', async () => {
    const options = { delivery: 'subscribe' };
    await using chaos = await startChaos({ options, supervision: { suspectMs: 2_000, hangKillMs: 5_000 } });
    let latest = 0;
    const sink = { push: ({ columns }: UpdateBatch) => void (latest = columns.values[0]), fail: () => undefined };
    await chaos.host.session!.subscribe!('device', [points.counter], sink, testCall());
    expect(await chaos.command('flood:values')).toEqual(done);
    await waitFor(() => chaos.host.snapshot.conflatedValues > 1_000, { what: 'conflated values' });
    await chaos.command('ok');
    expect(latest).toBeGreaterThan(1_000);
    expect(chaos.host.snapshot).toMatchObject({ spawn: 1, state: 'ready' });
  });

  it('flood:values is rejected by a driver that is polled', async () => {
    await using chaos = await startChaos();
    expect(await chaos.command('flood:values')).toMatchObject([{ outcome: 'rejected' }]);
    expect(await chaos.read(points.command)).toBe('ok');
  });

  it('descriptors: opens them up to its cap and closes them again', async () => {
    await using chaos = await startChaos({ options: { maxDescriptors: 3_000 } });
    const open = async () => (await readdir(`/proc/${chaos.host.snapshot.pid}/fd`)).length;
    await chaos.command('descriptors');
    await waitFor(async () => (await open()) >= 3_000, { what: '3,000 descriptors' });
    expect(await chaos.read(points.counter)).toBe(1);
    await chaos.command('ok');
    expect(await open()).toBeLessThan(100);
  });

  it('descriptors: at the limit of the system even a pong is too much; the record says so, and a fresh Host comes', async () => {
    await using chaos = await startChaos({ options: { maxDescriptors: 1_000_000 } });
    await chaos.command('descriptors');
    const down = await chaos.seen('down');
    expect(down).toMatchObject({ cause: 'exit', exitCode: 1 });
    expect(down.error.message).toContain('EMFILE');
    await chaos.seen('ready', 2);
    expect(await chaos.read(points.counter)).toBe(1);
  });
});

describe('a grandchild that holds stdout open (§9.5)', () => {
  it('keeps nobody waiting when the Host crashes, and is killed with it', async () => {
    await using chaos = await startChaos();
    const grandchild = await fork(chaos);
    await chaos.command('crash');
    await chaos.seen('ready', 2);
    await waitFor(async () => !(await isRunning(grandchild)), { what: 'the end of the grandchild' });
  });

  it('ends with ok', async () => {
    await using chaos = await startChaos();
    const grandchild = await fork(chaos);
    await chaos.command('ok');
    await waitFor(async () => !(await isRunning(grandchild)), { what: 'the end of the grandchild' });
    expect(chaos.host.snapshot.spawn).toBe(1);
  });

  async function fork(chaos: ChaosHost): Promise<number> {
    await chaos.command('fork');
    const record = await waitFor(() => chaos.logger.records.find(({ fields }) => fields['grandchild']), {
      what: 'the pid of the grandchild',
    });
    const pid = Number(record.fields['grandchild']);
    const words = 'chaos: the grandchild is deaf to SIGTERM';
    await waitFor(() => chaos.logger.messages('info').includes(words), { what: words });
    process.kill(pid, 'SIGTERM');
    expect(await isRunning(pid)).toBe(true);
    return pid;
  }
});

describe('a Host that refuses to stop (§9.5)', () => {
  const supervision = { drainMs: 50, terminateMs: 100 };

  it.each([
    ['by command', {}, 'ignore-sigterm'],
    ['by its options', { refuseStop: true }, 'slow:1'],
  ])('(%s) is killed after SIGTERM, by order of the operator', async (_how, options, command) => {
    await using chaos = await startChaos({ options, supervision });
    await chaos.command(command);
    await chaos.host.stop();
    expect(await chaos.seen('down')).toMatchObject({ cause: 'operator', signal: 'SIGKILL' });
    expect(chaos.host.snapshot.state).toBe('stopped');
  });

  it('listens to SIGTERM again after ok', async () => {
    await using chaos = await startChaos({ supervision });
    await chaos.command('ignore-sigterm');
    await chaos.command('ok');
    process.kill(chaos.host.snapshot.pid!, 'SIGTERM');
    expect(await chaos.seen('down')).toMatchObject({ cause: 'exit', exitCode: 0, signal: null });
  });
});

describe('a Host that does not start (§9.5)', () => {
  it.each([
    ['neverReady', { neverReady: true }],
    ['slowStartMs', { slowStartMs: 60_000 }],
  ])('for %s is killed as start-timeout', async (_option, options) => {
    await using chaos = makeChaos({ options, supervision: { startBudgetMs: 1_000 } });
    chaos.host.start();
    expect(await chaos.seen('down')).toMatchObject({ cause: 'start-timeout', signal: 'SIGKILL' });
  });

  it('for failStart opens the crash-loop breaker at the third failure', async () => {
    await using chaos = makeChaos({ options: { failStart: { exit: 3 } } });
    chaos.host.start();
    expect(await chaos.seen('down', 3)).toMatchObject({ cause: 'exit', exitCode: 3 });
    expect(chaos.host.snapshot).toMatchObject({ state: 'open', crashLoop: 'open', spawn: 3 });
  });

  it('for failFirstStarts does at the next one', async () => {
    await using directory = await temporaryDirectory();
    const counterFile = join(directory.path, 'starts');
    await using chaos = makeChaos({ options: { failFirstStarts: 2, failStart: { exit: 9 }, counterFile } });
    chaos.host.start();
    expect(await chaos.seen('ready')).toMatchObject({ spawn: 3 });
    expect(await chaos.seen('down', 2)).toMatchObject({ cause: 'exit', exitCode: 9 });
  });

  it('for a scheduled crash does so until the crash-loop breaker opens', async () => {
    const options = { schedule: [{ afterMs: 10, command: 'exit:4' }] };
    await using chaos = makeChaos({ options, supervision: { crashLoop: { crashes: 3, windowMs: 60_000 } } });
    chaos.host.start();
    expect(await chaos.seen('down', 3)).toMatchObject({ cause: 'exit', exitCode: 4 });
    expect(chaos.host.snapshot).toMatchObject({ state: 'open', spawn: 3 });
  });
});

/** Stacks by command, in their order; the first is empty. */
async function deathsOf(chaos: ChaosHost, commands: readonly string[]): Promise<readonly (string | undefined)[]> {
  const stacks: (string | undefined)[] = [''];
  for (const command of commands) {
    const { spawn } = chaos.host.snapshot;
    await chaos.command(command);
    stacks.push((await chaos.seen('down', spawn)).stack);
    await chaos.seen('ready', spawn + 1);
  }
  return stacks;
}

/** The snapshot after so many more pongs. */
async function afterPongs({ host }: ChaosHost, count: number): Promise<ChaosHost['host']['snapshot']> {
  for (let seen = 0; seen < count; seen++) {
    const { heartbeatMs } = host.snapshot;
    await waitFor(() => host.snapshot.heartbeatMs! < heartbeatMs! || host.snapshot.heartbeatMs === 0, {
      what: 'a pong',
      intervalMs: 2,
    });
  }
  return host.snapshot;
}
