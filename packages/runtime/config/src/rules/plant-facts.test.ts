import { expect, it } from 'vitest';
import { plantFacts } from './plant-facts.js';

it('knows whether a tag lies in an area; the gateway’s own tags are in every plant, and an empty plant is no reason to warn', () => {
  const tags = [{ path: 'packaging/filler/speed', address: 'HR0', dataType: 'float32' }];
  const { hasTagIn } = plantFacts(
    { site: 'a', drivers: [{ id: 'p', type: 'x', devices: [{ id: 'd', tags }] }] },
    [],
    true,
  );
  expect(['packaging/**', '**', 'packaging/*/speed', '_system/drivers/**'].every((area) => hasTagIn(area))).toBe(true);
  expect(['packagng/**', 'packaging/filler', 'press/**'].some((area) => hasTagIn(area))).toBe(false);
  expect(plantFacts({ site: 'a', drivers: [] }, [], true).hasTagIn('packagng/**')).toBe(true);
});
