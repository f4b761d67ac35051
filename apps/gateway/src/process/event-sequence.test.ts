import { silentLogger, systemClock, type Logger } from '@fieldwarden/core';
import { StateStore } from '@fieldwarden/storage';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventSequence } from './event-sequence.js';

/** As a gateway does it from its start to its end; returns what its numbers came after. */
async function run(home: string, lastUsed: number, logger: Logger = silentLogger): Promise<number> {
  await using state = StateStore.open(join(home, 'state.mdb'), { clock: systemClock, logger: silentLogger });
  const table = state.table('gateway/events');
  const sequence = new EventSequence({ table, formerFile: join(home, 'events.json'), logger });
  const afterSeq = await sequence.resume();
  for (let seq = afterSeq + 1; seq <= lastUsed; seq += 1) sequence.used(seq);
  return afterSeq;
}

describe('the numbers of events', () => {
  it('rise over a restart', async () => {
    await using home = await temporaryDirectory();
    expect(await run(home.path, 25_000)).toBe(0);
    const second = await run(home.path, 0);
    expect(second).toBeGreaterThanOrEqual(25_000);
    expect(await run(home.path, 0)).toBeGreaterThan(second);
  });

  it('are reserved before they are given out, and before they are used up', async () => {
    const puts: unknown[] = [];
    const table = {
      get: () => Promise.resolve(undefined),
      entries: () => Promise.resolve([]),
      put: (_: string, value: unknown) => void puts.push(value),
      delete: () => undefined,
      settled: () => Promise.resolve(puts.push('settled')).then(() => undefined),
    };
    const sequence = new EventSequence({ table, formerFile: '/nonexistent/events.json', logger: silentLogger });
    await sequence.resume();
    sequence.used(8_000);
    expect(puts).toEqual([10_000, 'settled']);
    sequence.used(8_001);
    expect(puts).toEqual([10_000, 'settled', 20_000]);
  });

  it('go on where a file of an earlier version stopped, which goes then', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'events.json'), '{"version":1,"reservedSeq":70000}');
    expect(await run(home.path, 0)).toBe(70_000);
    expect(existsSync(join(home.path, 'events.json'))).toBe(false);
    expect(await run(home.path, 0)).toBe(80_000);
  });

  it.each(['', '[]', '{"version":2,"reservedSeq":5}', '{"version":1,"reservedSeq":"5"}'])(
    'begin anew with a warning after a file that says %s',
    async (text) => {
      await using home = await temporaryDirectory();
      await writeFile(join(home.path, 'events.json'), text);
      const logger = collectingLogger();
      expect(await run(home.path, 0, logger)).toBe(0);
      expect(logger.messages('warn')).toEqual(['the numbers of events are unreadable and begin anew']);
    },
  );

  it('begin anew with warnings, and keep no gateway from its start, while the store cannot be opened', async () => {
    await using home = await temporaryDirectory();
    await mkdir(join(home.path, 'state.mdb-lock'));
    const logger = collectingLogger();
    expect(await run(home.path, 0, logger)).toBe(0);
    expect(logger.messages('warn')).toEqual([
      'the numbers of events are unreadable and begin anew',
      'the numbers of events may be given out again after a restart',
    ]);
  });
});
