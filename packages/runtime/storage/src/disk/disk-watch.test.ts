import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeClock, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { DiskWatch } from './disk-watch.js';

it('says once that a folder cannot be written, once that it can again, and leaves nothing behind', async () => {
  await using directory = await temporaryDirectory();
  const clock = new FakeClock();
  const folder = join(directory.path, 'home');
  writeFileSync(folder, ''); // no folder yet
  const told: (string | undefined)[] = [];
  await using watch = new DiskWatch({ folder, clock, everyMs: 1_000, onChange: (trouble) => told.push(trouble) });
  await watch.start();
  expect(told).toEqual([expect.stringContaining(`${folder} cannot be written`)]);
  await clock.advance(1_000);
  await waitFor(() => clock.pendingTimers === 1, { what: 'the next look to be due' });
  expect(told).toHaveLength(1);
  rmSync(folder);
  await mkdir(folder);
  await clock.advance(1_000);
  await waitFor(() => told.length === 2, { what: 'the news' });
  expect([told[1], watch.trouble]).toEqual([undefined, undefined]);
});
