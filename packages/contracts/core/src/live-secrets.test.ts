import { describe, expect, it } from 'vitest';
import { LiveSecrets } from './live-secrets.js';

function knowing(...secrets: readonly string[]): LiveSecrets {
  const live = new LiveSecrets();
  live.learn(secrets);
  return live;
}

describe('secrets that live in this process (§13.5)', () => {
  it('are blanked wherever they stand in a text, the longer before the shorter', () => {
    const live = knowing('open-sesame', 'open-sesame-2');
    expect(live.redact('no open-sesame-2, xopen-sesamex')).toBe('no ***, x***x');
    expect(live.redact('nothing')).toBe('nothing');
  });

  it('are blanked as JSON and URLs write them', () => {
    const secret = 'a"b\\c d/é';
    const live = knowing(secret);
    expect(live.redact(`x=${JSON.stringify(secret)}&y=${encodeURIComponent(secret)}`)).toBe('x="***"&y=***');
  });

  it('that are short are blanked only where they stand alone', () => {
    expect(knowing('5020').redact('port 5020, 15020 ms, at 127.0.0.1:5020')).toBe(
      'port ***, 15020 ms, at 127.0.0.1:***',
    );
    expect(knowing('ab', '').redact('ab cab')).toBe('ab cab');
  });

  it('of several lines are blanked line by line, too', () => {
    const live = knowing('-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END KEY-----\n');
    expect(live.redact('read MIIEvQIBADANBg and stopped')).toBe('read *** and stopped');
  });

  it('are blanked in values, and never in numbers or names of JSON', () => {
    const live = knowing('5020', 'hunter2-hunter2');
    const value = { port: 5020, 'hunter2-hunter2': 1, list: ['x hunter2-hunter2', { at: ':5020' }], none: null };
    const expected = { port: 5020, 'hunter2-hunter2': 1, list: ['x ***', { at: ':***' }], none: null };
    expect(live.redactValue(value)).toEqual(expected);
    expect(JSON.parse(live.redactJson(value))).toEqual(expected);
    const clean = { a: [1, 'b'] };
    expect(live.redactValue(clean)).toBe(clean);
  });

  it('stay in fields that are to be kept, and in lists within them', () => {
    const live = knowing('hunter2-hunter2');
    const value = { value: ['hunter2-hunter2', { x: 'hunter2-hunter2' }], text: 'hunter2-hunter2' };
    expect(JSON.parse(live.redactJson(value, new Set(['value'])))).toEqual({ ...value, text: '***' });
  });

  it('are as many as a process bears', () => {
    const live = new LiveSecrets();
    live.learn(Array.from({ length: 2_500 }, (_, i) => `secret-number-${i}!`));
    expect(live.redact('secret-number-2499! secret-number-0!')).toBe('*** secret-number-0!');
  });
});
