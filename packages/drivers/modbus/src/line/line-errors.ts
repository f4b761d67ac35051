import { GatewayError } from '@fieldwarden/core';
import type { ReplyProblem } from '../wire/framing.js';

const wrongTransport = 'MODBUS_WRONG_TRANSPORT';

function hinted(hint: string | undefined): string {
  return hint === undefined ? '' : `; ${hint}`;
}

/**
 * The errors of a line, in the words of whoever reads them. `peer` is `host:port` or a serial port. What became of a write is not for the line
 * to say: a write knows which of its requests were out.
 */
export const lineErrors = {
  /** `remark`: what stands out in the bytes that came instead. `hint`: what to think of. */
  timeout: (what: string, timeoutMs: number, remark?: ReplyProblem, hint?: string): GatewayError =>
    new GatewayError({
      code: remark?.isOtherFraming ? wrongTransport : 'MODBUS_TIMEOUT',
      kind: 'timeout',
      message: `${what} did not answer within ${timeoutMs} ms${remark ? `, but something came: ${remark.problem}` : hinted(hint)}`,
    }),

  deadline: (what: string): GatewayError =>
    new GatewayError({
      code: 'MODBUS_DEADLINE',
      kind: 'timeout',
      message: `${what} did not answer before the call's deadline`,
    }),

  queuedTooLong: (what: string): GatewayError =>
    new GatewayError({
      code: 'MODBUS_QUEUE_TIMEOUT',
      kind: 'timeout',
      message: `the call's deadline passed while it waited for its turn to ask ${what}`,
    }),

  queueFull: (peer: string, capacity: number): GatewayError =>
    new GatewayError({
      code: 'MODBUS_QUEUE_FULL',
      kind: 'overloaded',
      message: `${capacity} calls wait for the connection to ${peer} already`,
    }),

  unreachable: (peer: string, why: string): GatewayError =>
    new GatewayError({ code: 'MODBUS_UNREACHABLE', kind: 'unreachable', message: `no connection to ${peer}: ${why}` }),

  connectionLost: (peer: string, why: string, hint?: string): GatewayError =>
    new GatewayError({
      code: 'MODBUS_CONNECTION_LOST',
      kind: 'unreachable',
      message: `the connection to ${peer} broke: ${why}${hinted(hint)}`,
    }),

  malformed: (what: string, { problem, isOtherFraming }: ReplyProblem, cause?: unknown): GatewayError =>
    new GatewayError({
      code: isOtherFraming ? wrongTransport : 'MODBUS_MALFORMED_REPLY',
      kind: 'protocol',
      message: `${what} sent an answer that does not fit the request: ${problem}`,
      cause,
    }),

  cancelled: (): GatewayError =>
    new GatewayError({ code: 'MODBUS_CANCELLED', kind: 'cancelled', message: 'the caller gave up' }),

  closed: (): GatewayError =>
    new GatewayError({ code: 'MODBUS_CLOSED', kind: 'cancelled', message: 'the driver is being stopped' }),
} as const;
