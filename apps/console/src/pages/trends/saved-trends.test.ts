import { describe, expect, it } from 'vitest';
import { maxSavedTrends, removeTrend, savedTrends, saveTrend, type Shelf } from './saved-trends.js';

function shelf(): Shelf & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

describe('saved trends', () => {
  it('are kept by name, replaced by the same name, and removed', () => {
    const own = shelf();
    saveTrend(own, 'anna', { name: 'Line', search: 'pen=a' });
    saveTrend(own, 'anna', { name: ' Boiler ', search: 'pen=b' });
    saveTrend(own, 'anna', { name: 'Line', search: 'pen=c' });
    expect(savedTrends(own, 'anna')).toEqual([
      { name: 'Boiler', search: 'pen=b' },
      { name: 'Line', search: 'pen=c' },
    ]);
    expect(removeTrend(own, 'anna', 'Line')).toEqual([{ name: 'Boiler', search: 'pen=b' }]);
  });

  it('are those of one person', () => {
    const own = shelf();
    saveTrend(own, 'anna', { name: 'Line', search: 'pen=a' });
    expect(savedTrends(own, 'otto')).toEqual([]);
  });

  it('that are damaged count as none, and the others stay', () => {
    const own = shelf();
    own.kept.set('fieldwarden.trends.anna', '{');
    expect(savedTrends(own, 'anna')).toEqual([]);
    own.kept.set('fieldwarden.trends.anna', '[{"name":"Line","search":"pen=a"},{"name":3},null]');
    expect(savedTrends(own, 'anna')).toEqual([{ name: 'Line', search: 'pen=a' }]);
  });

  it('have an end', () => {
    const own = shelf();
    const save = (i: number): void => void saveTrend(own, 'anna', { name: `t${i}`, search: '' });
    for (let i = 0; i < maxSavedTrends; i += 1) save(i);
    expect(() => save(maxSavedTrends)).toThrow(/are the most/);
    save(0);
    expect(savedTrends(own, 'anna')).toHaveLength(maxSavedTrends);
  });
});
