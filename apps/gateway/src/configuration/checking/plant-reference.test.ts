import { plantReference } from '@fieldwarden/config';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtInCatalogue } from '../../catalogue.js';

const written = readFileSync(new URL('../../../../docs/plant-reference.md', import.meta.url), 'utf8');

it('the reference of the plant document is what the schemas say; if not: node apps/docs/plant-reference.mjs (§7.1)', () => {
  expect(written).toBe(plantReference(builtInCatalogue()));
});
