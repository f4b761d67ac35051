import { nothingSecret } from '@fieldwarden/core';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GatewayAudit } from './gateway-audit.js';

const dayMs = 86_400_000;

it('tells the hash of its last row at the start and once a day (§13.4)', async () => {
  await using folder = await temporaryDirectory('fieldwarden-audit-');
  const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1, 12) });
  const logger = collectingLogger();
  await using audit = new GatewayAudit({
    home: { path: folder.path, restored: null },
    clock,
    logger,
    redactor: nothingSecret,
    disk: { reserve: { write: async (action) => await action() }, whenWritten: () => undefined },
  });
  const heads = (): readonly string[] => logger.messages('info').filter((message) => message.startsWith('audit: row'));
  const hashOf = (row: number): string => {
    const line = readFileSync(join(folder.path, 'audit.log'), 'utf8').split('\n')[row - 1];
    return (JSON.parse(line) as { readonly hash: string }).hash;
  };
  expect(audit.toldHead).toBeNull();
  await audit.start({ version: '1' }, { raise: () => undefined, clear: () => undefined });
  await audit.log.settled();
  await Promise.resolve();
  expect(audit.toldHead).toBe(`1 ${hashOf(1)}`);
  audit.log.record({ user: 'anna', via: 'rest', action: 'write', subject: 'a', outcome: 'done', correlationId: 'c' });
  await audit.log.settled();
  await clock.advance(20_000);
  expect(audit.toldHead).toBe(`1 ${hashOf(1)}`);
  clock.stall(dayMs);
  await clock.advance(10_000);
  expect(audit.toldHead).toBe(`2 ${hashOf(2)}`);
  expect(heads()).toEqual([1, 2].map((row) => `audit: row ${row} has the hash ${hashOf(row)}`));
});
