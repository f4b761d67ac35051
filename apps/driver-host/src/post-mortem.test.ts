import { PostMortemStore, type PostMortem } from '@fieldwarden/supervisor';
import { silentLogger } from '@fieldwarden/core';
import { temporaryDirectory, testCall, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHost, type HostOptions, type ObservedHost } from './test-drivers/start-host.js';

let home: TemporaryDirectory;
let store: PostMortemStore;

beforeAll(async () => {
  home = await temporaryDirectory();
  store = new PostMortemStore(home.path, silentLogger);
});

afterAll(() => home[Symbol.asyncDispose]());

const start = (options: HostOptions = {}): Promise<ObservedHost> => startHost({ stateDir: home.path, ...options });

/** As somebody finds it who only looks at the disk. */
function found(postMortemId: string | undefined): Promise<PostMortem> {
  return waitFor(() => store.read('press', postMortemId!), { what: `post-mortem ${postMortemId}` });
}

describe('the post-mortem of a Host (§4.3)', () => {
  it('that hung holds the stack of its main thread', async () => {
    await using observed = await start();
    observed.order('hang');
    const { postMortemId } = await observed.seen('down');
    const record = await found(postMortemId);
    expect(record).toMatchObject({
      driverId: 'press',
      spawn: 1,
      cause: 'hang',
      exitCode: null,
      signal: 'SIGKILL',
      stackMissing: null,
    });
    expect(record.stack).toMatch(/at spinForEver \(file:.*misbehaving\.js:\d+:\d+\)/);
  });

  it('that was stopped by a signal says why there is none', async () => {
    await using observed = await start({ supervision: { stackCaptureMs: 100 } });
    process.kill(observed.host.snapshot.pid!, 'SIGSTOP');
    const record = await found((await observed.seen('down')).postMortemId);
    expect(record).toMatchObject({ cause: 'hang', stack: null });
    expect(record.stackMissing).toContain('SIGSTOP');
  });

  it('shows its last calls, its last lines, its memory, its generation and what it threw', async () => {
    await using observed = await start({ generation: () => 12 });
    await observed.command('print:last words');
    await observed.session.probe!('device', { ...testCall(), correlationId: 'c0ffee' });
    await waitFor(() => observed.host.snapshot.cpuPercent !== null, { what: 'two pongs' });
    observed.order('wait');
    observed.order('throw');
    const { postMortemId } = await observed.seen('down');
    const record = await found(postMortemId);
    expect(record).toMatchObject({ cause: 'exit', exitCode: 1, generation: 12, logTail: ['last words'] });
    expect(record.stack).toContain('throwFromTimer');
    expect(record.error.message).toContain('thrown from a timer');
    const calls = record.operations.map(({ capability, device, result }) => [capability, device, result]);
    expect(calls.slice(0, 3)).toEqual([
      ['write', 'device', 'ok'],
      ['probe', 'device', 'ok'],
      ['write', 'device', 'HOST_LOST'],
    ]);
    expect(record.operations[1].correlationId).toBe('c0ffee');
    expect(record.memory.length).toBeGreaterThanOrEqual(2);
    expect(record.memory[0].privateBytes).toBeGreaterThan(1_000_000);
    const times = [record.operations[0].startedAt, record.memory[0].at, record.at].map((text) => Date.parse(text));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(60_000);
  });

  it('is not written for an end that an operator wished, but for a recycle, with its cause', async () => {
    await using observed = await start();
    await observed.host.restart();
    expect((await observed.seen('down')).postMortemId).toBeUndefined();
    await observed.host.recycle('memory-soft');
    const record = await found((await observed.seen('down', 2)).postMortemId);
    expect(record).toMatchObject({ cause: 'memory-soft', spawn: 2 });
  });

  it('is on disk when the Supervisor has closed', async () => {
    const observed = await start();
    process.kill(observed.host.snapshot.pid!, 'SIGKILL');
    await observed.seen('down');
    await observed[Symbol.asyncDispose]();
    expect((await new PostMortemStore(home.path, silentLogger).latest('press'))!.cause).toBe('signal');
  });
});

describe('how loud a death is', () => {
  it('a planned end is information, a crash is a warning', async () => {
    await using observed = await start();
    const downs = (): string[][] =>
      observed.logger.records
        .filter(({ message }) => message === 'the Host is down')
        .map(({ level, fields }) => [level, String(fields['cause'])]);
    await observed.host.restart();
    await observed.host.recycle('cron');
    observed.order('exit:1');
    await observed.seen('down', 3);
    expect(downs()).toEqual([
      ['info', 'operator'],
      ['info', 'cron'],
      ['warn', 'exit'],
    ]);
  });
});

describe('maintenance of a real Host', () => {
  it('garbage is collected, caches flushed, the session made anew, when asked', async () => {
    await using observed = await start();
    const heapBytes = (): number => observed.host.snapshot.heapUsedBytes ?? 0;
    await observed.command('litter');
    await waitFor(() => heapBytes() > 20_000_000, { what: 'a pong of a full heap' });
    observed.session.flushOptionalCaches!();
    await observed.host.requestGc();
    await waitFor(() => heapBytes() < 15_000_000, { what: 'a pong of an empty heap' });
    await observed.session.reinitialize!();
    await waitFor(() => observed.logger.messages().includes('made anew'), { what: 'the record' });
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', spawn: 1 });
  });

  it('is refused at once while there is no Host', async () => {
    await using observed = await start();
    await observed.host.stop();
    await expect(observed.host.requestGc()).rejects.toMatchObject({ kind: 'host-lost' });
  });
});
