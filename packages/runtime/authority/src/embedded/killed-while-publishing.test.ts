import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { documentDigest } from '@fieldwarden/config';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { EmbeddedAuthority } from './embedded-authority.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 200 : 20;

const program = createRequire(import.meta.url)
  .resolve('@fieldwarden/authority/testing')
  .replace('index.js', 'publish-loop.js');

describe('a gateway killed while it publishes (§7.2)', () => {
  it(
    `loses nothing that it was told is published, and finds the old or the new generation, whole: ${rounds} rounds`,
    { timeout: rounds * 6_000 },
    async () => {
      await Promise.all([1, 12].map((offset) => killAgainAndAgain(offset)));
    },
  );
});

/** On one home, half of the rounds. */
async function killAgainAndAgain(offset: number): Promise<void> {
  await using home = await temporaryDirectory('fieldwarden-kill-');
  for (let round = 0; round < rounds / 2; round++) {
    const told = await killAfterLines(home.path, 1 + ((offset + round * 7) % 23));
    await expectWhole(home.path, told);
  }
}

interface Told {
  sealed: number;
  published: number;
}

/** Lets a process publish until it has said `lines` lines, and kills it in the middle of whatever comes next. */
async function killAfterLines(home: string, lines: number): Promise<Told> {
  const child = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const told: Told = { sealed: 0, published: 0 };
  let count = 0;
  for await (const line of createInterface(child.stdout)) {
    const [what, number] = line.split(' ');
    told[what as keyof Told] = Number(number);
    if (++count === lines) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return told;
}

async function expectWhole(home: string, told: Told): Promise<void> {
  const authority = await EmbeddedAuthority.open({ home, clock: systemClock, logger: silentLogger });
  try {
    const site = authority.site('lab');
    const current = await site.current();
    if (current === undefined) return expect(told.published).toBe(0);
    expect(current.generation).toBeGreaterThanOrEqual(told.published);
    expect(current.generation).toBeLessThanOrEqual(told.sealed);
    expect(documentDigest(current.document).sha256).toBe(current.sha256);
    const published = (await site.audit(1_000)).filter(({ action }) => action === 'publish');
    expect(published[0]).toMatchObject({ generation: current.generation });
    expect((await site.draft()).revision).toBeGreaterThanOrEqual(current.generation);
  } finally {
    await authority.close();
  }
}
