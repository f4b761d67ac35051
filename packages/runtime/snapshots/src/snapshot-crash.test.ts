import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { delay, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { stepInChild } from './testing/child-process.js';
import { limitMs, rounds } from './testing/effort.js';
import { sampleGeneration } from './testing/sample-generation.js';
import { openStore } from './testing/store-in.js';

const tags = 2000;
const contentOf = (generation: number) => sampleGeneration({ generation, tags, flavour: `content ${generation}` });

interface Sealer {
  readonly child: ChildProcess;
  /** The last generation that the process said to be current; 0 before the first. */
  acknowledged(): number;
}

function startSealer(home: string, first: number): Sealer {
  const main = new URL('../dist/testing/seal-forever.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, home, String(first), String(tags)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => (last = Number(line)));
  return { child, acknowledged: () => last };
}

/** At any instant of the process's life: while it starts, or within some seals. */
async function killSomeTime({ child }: Sealer): Promise<void> {
  if (Math.random() < 0.8) await once(child.stdout!, 'data');
  await delay(systemClock, Math.random() * 40);
  await kill(child);
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Whole and right, every one of them; nothing temporary left. Returns the current generation, 0 if there is none. */
async function expectWhole(home: string): Promise<number> {
  const store = await openStore(home);
  const current = await store.readCurrent();
  if (current) expect(current).toEqual(contentOf(current.generation));
  const rows = await store.list();
  expect(rows.filter(({ refusal }) => refusal !== null)).toEqual([]);
  for (const { generation } of rows.slice(0, 2)) expect(await store.read(generation)).toEqual(contentOf(generation));
  await store.prune(0);
  expect(current === undefined || readdirSync(store.directory).every((name) => !name.startsWith('.'))).toBe(true);
  return current?.generation ?? 0;
}

describe('a process killed while it seals (§7.3)', () => {
  it(
    'leaves the old generation or the new one, whole, and what it acknowledged',
    async () => {
      await using dir = await temporaryDirectory();
      let current = 0;
      for (let round = 0; round < rounds(20); round += 1) {
        const sealer = startSealer(dir.path, current + 1);
        await killSomeTime(sealer);
        const found = await expectWhole(dir.path);
        expect(found).toBeGreaterThanOrEqual(Math.max(current, sealer.acknowledged()));
        expect(found).toBeLessThanOrEqual(Math.max(current, sealer.acknowledged()) + 1);
        current = found;
      }
      expect(current).toBeGreaterThan(0);
    },
    limitMs(60_000),
  );
});

describe('two processes that seal at a time', () => {
  it(
    'seal the same generations whole, also when they are killed',
    async () => {
      await using dir = await temporaryDirectory();
      let current = 0;
      for (let round = 0; round < rounds(5); round += 1) {
        const sealers = [startSealer(dir.path, current + 1), startSealer(dir.path, current + 1)];
        await Promise.all(sealers.map(killSomeTime));
        current = await expectWhole(dir.path);
        expect(current).toBeGreaterThanOrEqual(Math.min(...sealers.map((sealer) => sealer.acknowledged())));
      }
    },
    limitMs(60_000),
  );

  it(
    'with different content under one number leave one of the two, whole',
    async () => {
      const flavours = ['one', 'other'];
      for (let round = 0; round < rounds(3); round += 1) {
        await using dir = await temporaryDirectory();
        const steps = flavours.map((flavour) => ({ home: dir.path, seal: { generation: 1, tags, flavour } }));
        const results = await Promise.all(steps.map((step) => stepInChild(step)));
        const errors = results.flatMap(({ error }) => (error ? [error.code] : []));
        expect(errors.filter((code) => code !== 'SNAPSHOT_DIFFERS')).toEqual([]);
        const store = await openStore(dir.path);
        const { document } = await store.read(1);
        expect(flavours.map((flavour) => sampleGeneration({ tags, flavour }).document)).toContainEqual(document);
      }
    },
    limitMs(30_000),
  );
});
