import type { TagValueShape } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { LiveTagValues } from './tag-values.js';

function value(path: string, present: unknown): TagValueShape {
  return { path, value: present, status: 'Good', statusCode: 0, sourceAt: '2030-01-01T00:00:00.000Z', serverAt: null };
}

function withFrames() {
  const frames: (() => void)[] = [];
  const values = new LiveTagValues({ request: (action) => void frames.push(action) }, () => 42);
  return { values, frames, draw: () => frames.splice(0).forEach((action) => action()) };
}

describe('live values', () => {
  it('tell a cell once per picture, however often its tag changed', () => {
    const { values, frames, draw } = withFrames();
    let told = 0;
    values.follow('a', () => (told += 1));
    for (let count = 0; count < 500; count += 1) values.take([value('a', count), value('b', count)]);
    expect(frames).toHaveLength(1);
    draw();
    expect(told).toBe(1);
    expect(values.get('a')).toMatchObject({ value: 499, heardAtMs: 42, sourceAtMs: Date.UTC(2030, 0, 1) });
    expect(values.received).toBe(1_000);
  });

  it('begin to age anew when they were read again, and are told of it', () => {
    const { values, draw } = withFrames();
    let told = 0;
    values.take([value('a', 5)]);
    values.follow('a', () => (told += 1));
    values.readAgain([{ sourceAt: '2030-01-01T00:00:09.000Z', paths: ['a', 'unheard/of'] }]);
    draw();
    expect(told).toBe(1);
    expect(values.get('a')).toMatchObject({ value: 5, status: 'Good', sourceAtMs: Date.UTC(2030, 0, 1, 0, 0, 9) });
    expect(values.get('unheard/of')).toBeUndefined();
  });

  it('draw nothing for tags that nobody follows', () => {
    const { values, frames } = withFrames();
    values.take([value('a', 1)]);
    expect(frames).toHaveLength(0);
    expect(values.get('a')?.value).toBe(1);
  });

  it('stop telling when a cell goes', () => {
    const { values, draw } = withFrames();
    let told = 0;
    const end = values.follow('a', () => (told += 1));
    end();
    values.take([value('a', 1)]);
    draw();
    expect(told).toBe(0);
  });

  it('forget everything when the gateway was restarted, and say so to every cell', () => {
    const { values, draw } = withFrames();
    const shown: unknown[] = [];
    values.follow('a', () => shown.push(values.get('a')?.value));
    values.take([value('a', 1)]);
    draw();
    values.clear();
    draw();
    values.take([value('b', 2), value('a', 3)]);
    draw();
    expect(shown).toEqual([1, undefined, 3]);
  });
});
