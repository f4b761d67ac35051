import { describe, expect, it } from 'vitest';
import { notification } from '../testing/settings-of.js';
import { mailText } from './notification.js';

const [hot] = notification.alarms;

describe('the text of a mail', () => {
  it('begins with the most urgent alarm', () => {
    const alarms = [hot, { ...hot, id: 'fire', priority: 'critical' as const, severity: 900, message: 'Fire' }];
    const { subject, text } = mailText({ ...notification, alarms });
    expect(subject).toBe('[lab] 2 alarms, CRITICAL Fire');
    expect(text.indexOf('CRITICAL  Fire')).toBeLessThan(text.indexOf('HIGH  Filler is hot'));
  });

  it('leaves out what nobody knows', () => {
    const alarms = [
      { ...hot, source: '', driverId: 'packaging', value: null, quality: null, response: null, area: null },
    ];
    const { text } = mailText({ ...notification, alarms });
    expect(text).toBe(
      'HIGH  Filler is hot\n  About: packaging\n  Since: 2030-01-01T00:00:00.000Z\n  Alarm: filler-hot\n',
    );
  });

  it('writes out fifty and counts the others', () => {
    const alarms = Array.from({ length: 60 }, (_, i) => ({ ...hot, id: `a${i}` }));
    const { text } = mailText({ ...notification, alarms });
    expect(text.match(/Alarm: /g)).toHaveLength(50);
    expect(text).toContain('and 10 more: look at the list of alarms');
  });

  it('says of a test that it is one', () => {
    expect(mailText({ ...notification, alarms: [], test: true }).subject).toBe('[lab] Test');
  });
});
