import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gatewayConditions, type GatewayCondition } from './gateway-conditions.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the README lists the conditions of the gateway as they are (§18.1)', () => {
  const row = ([id, { of, severity, text, remedy, momentary }]: readonly [string, GatewayCondition]): string =>
    `| \`${id}\` | ${of} | ${severity} | ${text}${momentary ? ' (never active: it happened)' : ''} | ${remedy} |`;
  const section = readme.split(/^## /m).find((text) => text.startsWith('Conditions of the gateway'));
  const listed = (section ?? '').split('\n').filter((line) => line.startsWith('| `'));
  expect(listed).toEqual(Object.entries(gatewayConditions).map(row));
});
