import { silentLogger } from '@fieldwarden/core';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventSequence } from './event-sequence.js';

describe('the numbers of events', () => {
  it('rise over a restart, whatever ended the run before', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'events.json');
    const first = new EventSequence(path, silentLogger);
    await first.flushed();
    expect(first.afterSeq).toBe(0);
    for (let seq = 1; seq <= 25_000; seq += 1) first.used(seq);
    await first.flushed();
    const second = new EventSequence(path, silentLogger);
    expect(second.afterSeq).toBeGreaterThanOrEqual(25_000);
    await second.flushed();
    expect(new EventSequence(path, silentLogger).afterSeq).toBeGreaterThan(second.afterSeq);
  });

  it('are reserved before they are used up', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'events.json');
    const sequence = new EventSequence(path, silentLogger);
    sequence.used(8_001);
    await sequence.flushed();
    expect(new EventSequence(path, silentLogger).afterSeq).toBe(20_000);
  });

  it.each(['', '[]', '{"version":2,"reservedSeq":5}', '{"version":1,"reservedSeq":"5"}'])(
    'begin anew with a warning after a file that says %s',
    async (text) => {
      await using home = await temporaryDirectory();
      const path = join(home.path, 'events.json');
      await writeFile(path, text);
      const logger = collectingLogger();
      const sequence = new EventSequence(path, logger);
      await sequence.flushed();
      expect([sequence.afterSeq, logger.messages('warn')]).toEqual([
        0,
        ['the numbers of events are unreadable and begin anew'],
      ]);
    },
  );
});
