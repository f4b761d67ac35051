import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.js';

it.each([0, 1, 2, 3, 5, 8])(
  'outboxes opened together for the first time, %i turns apart, keep their messages apart',
  async (turns) => {
    await using directory = await temporaryDirectory();
    const limits = { maxMessages: 100, maxBytes: 100_000, maxAgeMs: 100_000, warnAt: 10 };
    const common = { file: join(directory.path, 'outbox.mdb'), limits, clock: systemClock, logger: silentLogger };
    const first = Outbox.open({ ...common, name: 'a' });
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    const [a, b] = await Promise.all([first, Outbox.open({ ...common, name: 'b' })]);
    const message = (topic: string) => ({ topic, payload: Buffer.from('1'), qos: 1 as const, retain: false, atMs: 0 });
    a.append(message('of a'));
    b.append(message('of b'));
    await Promise.all([a.flush(), b.flush()]);
    expect([a, b].map((one) => one.read(0, 10, 1000).map(({ topic }) => topic))).toEqual([['of a'], ['of b']]);
    await Promise.all([a.close(), b.close()]);
  },
);
