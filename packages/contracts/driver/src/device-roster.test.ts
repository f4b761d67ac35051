import { describe, expect, it } from 'vitest';
import { DeviceRoster } from './device-roster.js';

const entry = (id: string, options: object = {}) => ({ id, options });

describe('DeviceRoster (§7.5)', () => {
  it('keeps the devices that stay as they were, and tells who went and who came', () => {
    const roster = new DeviceRoster([entry('a'), entry('b', { n: 1 }), entry('c')]);
    const [a, b, c] = roster.list;
    const { gone, come } = roster.set([entry('c'), entry('b', { n: 2 }), entry('d')]);
    expect(gone).toEqual([a, b]);
    expect(come.map(({ id, options }) => [id, options])).toEqual([
      ['b', { n: 2 }],
      ['d', {}],
    ]);
    expect(roster.get('c')).toBe(c);
    expect(roster.get('b')).not.toBe(b);
    expect(() => roster.get('a')).toThrow(expect.objectContaining({ kind: 'config', code: 'DEVICE_UNKNOWN' }) as Error);
  });

  it('aborts what is under way to those that go, and to nobody else', () => {
    const roster = new DeviceRoster([entry('a'), entry('b')]);
    const [a, b] = roster.list;
    roster.set([entry('b')]);
    expect(a.going.reason).toMatchObject({ kind: 'cancelled' });
    expect(b.going.aborted).toBe(false);
  });
});
