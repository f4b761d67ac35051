import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expressionReference } from './expression-reference.js';

it('stands in the documentation as it is; else write it anew: node apps/docs/expressions.mjs', () => {
  const page = new URL('../../../../../apps/docs/expressions.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toContain(expressionReference());
});
