import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PostgresServer } from '@fieldwarden/authority/testing';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { programs } from '../testing/programs.js';
import { openQueue } from '../testing/test-database.js';

const rounds = process.env['FIELDWARDEN_LONG'] === undefined ? 8 : 200;

/** Lets the program run for a while and kills it: up to which value it said that all are safe, and how many it can have queued. */
async function queueAndKill(folder: string, url: string, first: number, forMs: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(programs.queue), folder, url, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child.stdout, 'data');
  await sleep(forMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  return Number(said.split('\n').at(-2)!.slice('queued '.length));
}

it(
  `loses nothing that was queued, and writes nothing twice, over ${rounds} kills`,
  async () => {
    await using server = await PostgresServer.start();
    await using home = await temporaryDirectory('history-');
    const url = await server.database();
    const promised: (readonly [first: number, last: number])[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const first = round * 100_000;
      promised.push([first, await queueAndKill(home.path, url, first, (round * 37) % 300)]);
    }
    await using queue = await openQueue(home.path, url);
    await waitFor(() => queue.state.connected && queue.state.waiting === 0, { what: 'an empty queue', timeoutMs: 60_000 }); // prettier-ignore
    const [{ rows, values }] = await server.superuser(
      url,
      'select count(*)::int as rows, count(distinct number)::int as values from fieldwarden_history.value',
    );
    expect(rows).toBe(values);
    for (const [first, last] of promised) {
      const [{ n }] = await server.superuser(
        url,
        `select count(*)::int as n from fieldwarden_history.value where number between ${first} and ${last}`,
      );
      expect(n).toBe(last - first + 1);
    }
    expect(queue.state).toMatchObject({ lastError: null, trouble: null });
  },
  60_000 + rounds * 15_000,
);
