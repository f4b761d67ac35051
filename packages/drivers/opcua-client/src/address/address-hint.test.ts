import { statusCodes } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { opcUaAddressHint } from './address-hint.js';

test.each([
  ['ns=2;s=A', statusCodes.BadNodeIdUnknown, /as nsu=/],
  ['nsu=urn:a;s=A', statusCodes.BadNodeIdUnknown, /case-sensitive/],
  ['nsu=urn:a;s=A#b', statusCodes.BadNoData, /no such field/],
  ['ns=2;s=A', statusCodes.BadUserAccessDenied, /see identity/],
])('%s with status %i', (address, status, words) => {
  expect(opcUaAddressHint({ address, status })).toMatch(words);
});

test('there is none where the status says it all', () => {
  expect(opcUaAddressHint({ address: 'ns=2;s=A', status: statusCodes.BadSensorFailure })).toBeUndefined();
});
