import { describe, expect, it } from 'vitest';
import { historySettings } from '../settings.js';
import { databaseFindings } from './check-database.js';

const found = (settings: object) => databaseFindings(historySettings.parse(settings));

describe('a history database in a plant', () => {
  it('is none by default', () => {
    expect(found({})).toEqual([]);
    expect(historySettings.parse({}).outbox).toEqual({
      maxMessages: 1_000_000,
      maxBytes: 536_870_912,
      maxAgeMs: 604_800_000,
    });
  });

  it.each(['mysql://u:geheim@h/d', 'postgres://u:geheim@h', 'postgres:///geheim', 'geheim'])(
    'is refused by the URL %s, which is not repeated',
    (url) => {
      const findings = found({ url });
      expect(findings).toMatchObject([{ path: ['url'], rule: 'history-url', severity: 'error' }]);
      expect(JSON.stringify(findings)).not.toContain('geheim');
    },
  );

  it('is told to write rows where blocks are wanted', () => {
    expect(found({ url: 'postgres://u@h/d', layout: 'blocks' })).toMatchObject([{ rule: 'history-layout' }]);
  });
});
