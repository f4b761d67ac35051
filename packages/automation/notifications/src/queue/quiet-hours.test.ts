import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, quietUntilMs } from './quiet-hours.js';

const at = (text: string): number => Date.parse(text);
const night = { from: '22:00', to: '06:00', timeZone: 'UTC' };

describe('quiet hours', () => {
  it('last until their end, over midnight', () => {
    expect(quietUntilMs(night, at('2030-01-01T22:00:00Z'))).toBe(at('2030-01-02T06:00:00Z'));
    expect(quietUntilMs(night, at('2030-01-02T05:59:59.999Z'))).toBe(at('2030-01-02T06:00:00Z'));
  });

  it('are none outside of them', () => {
    for (const time of ['2030-01-01T21:59:59Z', '2030-01-02T06:00:00Z'])
      expect(quietUntilMs(night, at(time))).toBe(at(time));
  });

  it('are those of their time zone, in summer and winter', () => {
    const berlin = { ...night, timeZone: 'Europe/Berlin' };
    expect(quietUntilMs(berlin, at('2030-01-01T21:00:00Z'))).toBe(at('2030-01-02T05:00:00Z'));
    expect(quietUntilMs(berlin, at('2030-07-01T20:00:00Z'))).toBe(at('2030-07-02T04:00:00Z'));
  });

  it('end where there are none any more, whenever they are asked about', () => {
    const minute = fc
      .nat(24 * 60 - 1)
      .map((all) => `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`);
    fc.assert(
      fc.property(minute, minute, fc.nat(10 * 86_400_000), (from, to, afterMs) => {
        fc.pre(from !== to);
        const hours = { from, to, timeZone: 'UTC' };
        const wallMs = at('2030-01-01T00:00:00Z') + afterMs;
        const until = quietUntilMs(hours, wallMs);
        expect(until - wallMs).toBeLessThanOrEqual(24 * 3_600_000);
        expect(quietUntilMs(hours, until)).toBe(until);
      }),
    );
  });

  it('know which time zones there are', () => {
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Mars/Base')]).toEqual([true, false]);
  });
});
