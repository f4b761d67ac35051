import { statusCodes } from '@fieldwarden/core';
import type { BadPoint } from '@fieldwarden/driver';
import { hintForMissing } from '../line/explain.js';
import { parseAddress } from './address.js';

/** What to try where the CPU has nothing: mostly a block with optimised access, which looks like one that is not there. */
export function s7Hint({ address, type, status }: Omit<BadPoint, 'deviceOptions'>): string | undefined {
  if (status !== statusCodes.BadNodeIdUnknown) return undefined;
  return hintForMissing(address, parseAddress(address, type).db);
}
