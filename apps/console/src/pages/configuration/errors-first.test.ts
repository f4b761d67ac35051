import type { Finding } from '@fieldwarden/gateway-contract';
import { expect, it } from 'vitest';
import { errorsFirst } from './errors-first.js';

function finding(severity: Finding['severity'], line: number): Finding {
  return { path: 'site', rule: 'format', message: 'is wrong', severity, line };
}

it('puts errors before warnings, each in the order of the document', () => {
  const told = errorsFirst([finding('warning', 1), finding('error', 5), finding('warning', 6), finding('error', 9)]);
  expect(told.map(({ line }) => line)).toEqual([5, 9, 1, 6]);
});
