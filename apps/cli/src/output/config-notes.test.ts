import { gatewayStatus, TestServer } from '@fieldwarden/admin-api/testing';
import type { ConfigStatus } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { runHere } from '../testing/run-here.js';
import { configNotes } from './config-notes.js';
import { noColours } from './palette.js';

const well: ConfigStatus = {
  authorityReachable: true,
  staleSince: null,
  publishedAt: '2030-01-01T00:00:00.000Z',
  held: null,
  rolledBack: [],
};
const nowMs = Date.UTC(2030, 0, 1, 1);
const notesOf = (config: Partial<ConfigStatus>, more = {}): string =>
  configNotes(gatewayStatus({ generation: 7, config: { ...well, ...config }, ...more }), noColours, nowMs);

describe('configuration that is not as it should be (§7.4, §7.5)', () => {
  it('says nothing while all is well', () => {
    expect(notesOf({})).toBe('');
    expect(configNotes(gatewayStatus(), noColours, nowMs)).toBe('');
  });

  it('says since when it is stale, what runs, and what to look at', () => {
    const stale = notesOf(
      { authorityReachable: false, staleSince: '2030-01-01T00:30:00.000Z' },
      { usingStaleConfig: true },
    );
    expect(stale).toMatch(/^! .*30 min ago; generation 7 runs on .*FIELDWARDEN_CONFIG_URL.*\n$/);
  });

  it('names what is held, and who went back to what ran before, with what to do', () => {
    const notes = notesOf({
      held: { authorityGeneration: 5, reason: 'the database knows generation 5 only' },
      rolledBack: [{ driverId: 'press', generation: 7, reason: '5 crashes in 60 s' }],
    });
    expect(notes.split('\n')).toEqual([
      expect.stringMatching(/^! Configuration is held: The database knows generation 5 only\. .*rollback N/),
      expect.stringMatching(
        /^! press went back to what it ran before generation 7: 5 crashes in 60 s\. .*post-mortem press/,
      ),
      '',
    ]);
  });

  it('stands below status and list', async () => {
    await using server = await TestServer.start();
    server.control.statusNow = gatewayStatus({
      config: { ...well, held: { authorityGeneration: 1, reason: 'restored' } },
    });
    for (const command of ['status', 'list'])
      expect((await runHere([command], { FIELDWARDEN_HOME: server.home })).stdout).toMatch(
        /\n! Configuration is held: /,
      );
  });
});
