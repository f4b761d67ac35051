import { GatewayError, statusCodes, type ErrorKind, type StatusCode, type WriteOutcome } from '@fieldwarden/core';
import type { Trouble } from '../plan/trouble.js';

/** What a Modbus exception means for us (Application Protocol V1.1b3, 7). */
export interface ExceptionMeaning {
  readonly name: string;
  /** Code of the GatewayError. */
  readonly code: string;
  readonly status: StatusCode;
  /** `rejected`: concerns this request only. All other kinds: the unit may not have answered at all, or can't just now. */
  readonly kind: Extract<ErrorKind, 'rejected' | 'busy' | 'unreachable'>;
  /** What became of a write that was answered so. */
  readonly writeOutcome: WriteOutcome;
}

const s = statusCodes;

const meanings: Readonly<Record<number, ExceptionMeaning>> = {
  0x01: { name: 'illegal function',                         code: 'MODBUS_ILLEGAL_FUNCTION',     status: s.BadNotSupported,        kind: 'rejected',    writeOutcome: 'rejected' },
  0x02: { name: 'illegal data address',                     code: 'MODBUS_ILLEGAL_ADDRESS',      status: s.BadNodeIdUnknown,       kind: 'rejected',    writeOutcome: 'rejected' },
  0x03: { name: 'illegal data value',                       code: 'MODBUS_ILLEGAL_VALUE',        status: s.BadOutOfRange,          kind: 'rejected',    writeOutcome: 'rejected' },
  0x04: { name: 'server device failure',                    code: 'MODBUS_DEVICE_FAILURE',       status: s.BadDeviceFailure,       kind: 'rejected',    writeOutcome: 'rejected' },
  // accepted, but still at work: nothing has been confirmed
  0x05: { name: 'acknowledge (still at work)',              code: 'MODBUS_ACKNOWLEDGE',          status: s.BadResourceUnavailable, kind: 'busy',        writeOutcome: 'unknown' },
  0x06: { name: 'server device busy',                       code: 'MODBUS_BUSY',                 status: s.BadResourceUnavailable, kind: 'busy',        writeOutcome: 'rejected' },
  0x07: { name: 'negative acknowledge',                     code: 'MODBUS_NEGATIVE_ACKNOWLEDGE', status: s.BadNotSupported,        kind: 'rejected',    writeOutcome: 'rejected' },
  0x08: { name: 'memory parity error',                      code: 'MODBUS_MEMORY_PARITY',        status: s.BadDeviceFailure,       kind: 'rejected',    writeOutcome: 'rejected' },
  // the gateway had no way to the unit, so nothing reached it
  0x0a: { name: 'gateway path unavailable',                 code: 'MODBUS_GATEWAY_PATH',         status: s.BadNoCommunication,     kind: 'unreachable', writeOutcome: 'not-sent' },
  // the gateway passed the request on and heard nothing
  0x0b: { name: 'gateway target device failed to respond',  code: 'MODBUS_GATEWAY_TARGET',       status: s.BadNoCommunication,     kind: 'unreachable', writeOutcome: 'unknown' },
}; // prettier-ignore

export const illegalFunction = 0x01;
export const illegalAddress = 0x02;
export const illegalValue = 0x03;

export function meaningOf(exceptionCode: number): ExceptionMeaning {
  return (
    meanings[exceptionCode] ?? {
      name: `exception ${exceptionCode}`,
      code: 'MODBUS_EXCEPTION',
      status: s.BadUnknownResponse,
      kind: 'rejected',
      writeOutcome: 'rejected',
    }
  );
}

export function exceptionError(exceptionCode: number, what: string): GatewayError {
  const { name, code, status, kind, writeOutcome } = meaningOf(exceptionCode);
  const hint = exceptionCode === illegalAddress ? `; ${offByOneHint}` : '';
  return new GatewayError({ code, kind, status, writeOutcome, message: `${what}: ${name}${hint}` });
}

/** What an exception says about a read that can't be had. Kind `rejected` only: others say nothing of the read itself. */
export function refusedTrouble(exceptionCode: number): Trouble {
  const { name, status } = meaningOf(exceptionCode);
  const isAbsent = [illegalFunction, illegalAddress, illegalValue].includes(exceptionCode);
  return { status, reason: name, cost: isAbsent ? 'absent' : 'refused' };
}

const offByOneHint =
  'does the device number its registers from 0 or from 1? Try the address ± 1, or the option zeroBased';
