import { statusName, type StatusCode } from '@fieldwarden/core';
import { ConstantStatusCode, StatusCode as UaStatusCode, StatusCodes } from 'node-opcua';

/** More different codes than this are made afresh each time, so that odd devices can't fill the memory. */
const maxKept = 4_096;

const known = new Map<StatusCode, UaStatusCode>(
  Object.values(StatusCodes as unknown as Record<string, unknown>)
    .filter((code) => code instanceof UaStatusCode)
    .map((code) => [code.value, code]),
);

/** The library's object for a 32-bit code, bit for bit: limit bits, info bits and codes that no table knows included. */
export function uaStatus(code: StatusCode): UaStatusCode {
  const found = known.get(code);
  if (found) return found;
  const made = new ConstantStatusCode({ value: code, name: statusName(code), description: '' });
  if (known.size < maxKept) known.set(code, made);
  return made;
}
