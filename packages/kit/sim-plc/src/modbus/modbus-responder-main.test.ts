import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { intervalStats } from './modbus-interval-stats.js';

const main = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));

describe('modbus-responder-main', () => {
  it('serves in a process of its own, tells what it saw, and ends with its standard input', async () => {
    const child = spawn(process.execPath, [main, '--listeners', '2', '--registers', '10', '--watch', '4']);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
    const ready = (await next()) as { type: string; ports: number[] };
    expect(ready).toMatchObject({ type: 'ready', ports: [expect.any(Number), expect.any(Number)] });

    const client = connect(ready.ports[1], '127.0.0.1');
    client.write(Buffer.from('000100000006010300040002', 'hex'));
    const [reply] = (await once(client, 'data')) as [Buffer];
    expect(reply.readFloatBE(9)).toBe(1002);
    client.write(Buffer.from('000200000006010300040002', 'hex'));
    await once(client, 'data');
    client.write(Buffer.from('000300000006010300090002', 'hex'));
    const [refused] = (await once(client, 'data')) as [Buffer];
    expect(refused.toString('hex')).toMatch(/8302$/);

    child.stdin.write('{"command":"stats"}\n');
    expect(await next()).toMatchObject({
      type: 'stats',
      listeners: [
        { requests: 0, watched: { count: 0 } },
        { requests: 3, writes: 0, watched: { count: 1, maxMs: expect.any(Number) as number } },
      ],
    });
    child.stdin.write('{"command":"times"}\n');
    const { readAtMs, nowMs } = (await next()) as { readAtMs: readonly (readonly number[])[]; nowMs: number };
    expect(readAtMs.map((times) => times.length)).toEqual([0, 2]);
    expect(nowMs).toBeGreaterThan(readAtMs[1][1]);
    client.destroy();
    const exit = once(child, 'exit');
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });

  it('changes what its registers hold, when asked to', async () => {
    const child = spawn(process.execPath, [main, '--registers', '10', '--change-ms', '5']);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { ports } = JSON.parse(String((await lines.next()).value)) as { ports: number[] };
    const client = connect(ports[0], '127.0.0.1');
    const read = async (): Promise<number> => {
      client.write(Buffer.from('000100000006010300080002', 'hex'));
      const [reply] = (await once(client, 'data')) as [Buffer];
      return reply.readFloatBE(9);
    };
    await expect.poll(read).toBeGreaterThan(8);
    const before = await read();
    await expect.poll(read).toBeGreaterThan(before);
    client.destroy();
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  });
});

describe('intervalStats', () => {
  it('gives quantiles of the pauses between times', () => {
    const times = [0, 10, 20, 30, 130];
    expect(intervalStats(times)).toEqual({ count: 4, p50Ms: 10, p99Ms: 100, maxMs: 100 });
  });

  it('gives zeros when there is no pause to measure', () => {
    expect(intervalStats([5])).toEqual({ count: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  });
});
