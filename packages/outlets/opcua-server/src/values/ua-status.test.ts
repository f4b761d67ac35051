import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { StatusCodes } from 'node-opcua';
import { describe, expect, test } from 'vitest';
import { uaStatus } from './ua-status.js';

describe('status codes (§2)', () => {
  test('pass unchanged, whichever of the 32-bit numbers they are', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (code) => uaStatus(code).value === code));
  });

  test('of the table are the objects that the library compares by', () => {
    expect(uaStatus(statusCodes.BadDeviceFailure)).toBe(StatusCodes.BadDeviceFailure);
    expect(uaStatus(statusCodes.Good)).toBe(StatusCodes.Good);
  });

  test('with info bits keep the name that they refine', () => {
    expect(uaStatus(statusCodes.UncertainLastUsableValue + 0x0500).name).toBe('UncertainLastUsableValue');
  });
});
