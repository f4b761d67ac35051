import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { AlarmNews } from './alarm-news.js';

describe('a shower of alarms (§2)', () => {
  it('is told in one event beyond a hundred in a second, with their number', async () => {
    const clock = new FakeClock();
    const told: string[] = [];
    using news = new AlarmNews({ clock, tell: (message) => void told.push(message) });
    for (let i = 0; i < 130; i += 1) news.tell(`alarm ${i}`, 'd1', {});
    expect(told).toHaveLength(100);
    await clock.advance(1_000);
    expect(told.at(-1)).toMatch(/^30 more changes/);
    news.tell('the next', 'd1', {});
    await clock.advance(5_000);
    expect(told.slice(101)).toEqual(['the next']);
  });
});
