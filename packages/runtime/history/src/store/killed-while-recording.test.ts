import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { programs } from '../testing/programs.js';
import { kept, openStore } from '../testing/test-store.js';

const rounds = process.env['FIELDWARDEN_LONG'] === undefined ? 20 : 200;

/** Lets the program run for a while, kills it, and gives what it said was on the disk last, by tag. */
async function recordAndKill(folder: string, seed: number, from: number, forMs: number): Promise<readonly number[]> {
  const program = fileURLToPath(programs.record);
  const child = spawn(process.execPath, [program, folder, String(seed), String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, forMs));
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = said.split('\n').slice(0, -1);
  return JSON.parse(lines.at(-1)!.slice('flushed '.length)) as number[];
}

it(
  `loses nothing that was on the disk, doubles nothing and changes nothing over ${rounds} kills`,
  async () => {
    await using home = await temporaryDirectory('history-');
    const promised = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1) {
      const from = round * 1_000_000;
      const last = await recordAndKill(home.path, round + 1, from, (round * 7) % 60);
      for (const [tag, second] of last.entries()) {
        if (second > 0) promised.set(`t${tag}`, [...(promised.get(`t${tag}`) ?? []), second]);
      }
    }
    await using store = await openStore(home.path);
    for (const [path, seconds] of promised) {
      const values = kept(store, path).filter(([, , status]) => status === undefined);
      expect(values.every(([atMs, value]) => atMs === (value as number) * 1_000)).toBe(true);
      const times = values.map(([atMs]) => atMs);
      expect(new Set(times).size).toBe(times.length);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const there = new Set(times);
      expect(seconds.filter((second) => !there.has(second * 1_000))).toEqual([]);
    }
    expect(store.state).toMatchObject({ damagedBlocks: 0, damage: null });
  },
  rounds * 15_000,
);
