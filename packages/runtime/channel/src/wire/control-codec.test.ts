import { serialize } from 'node:v8';
import { errorFromData, errorToData, GatewayError, isGatewayError, statusCodes } from '@fieldwarden/core';
import type { WriteItem } from '@fieldwarden/driver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHostMessage, decodeSupervisorMessage, encodeControl } from './control-codec.js';
import { frameHeaderBytes, maxFrameBytes } from './frames.js';
import type { ControlMessage, RequestMessage } from '../messages.js';

const payloadOf = (message: ControlMessage): Uint8Array => encodeControl(message).subarray(frameHeaderBytes);

function write(items: readonly WriteItem[]): RequestMessage {
  const request = { capability: 'write' as const, deviceId: 'd', items };
  return { type: 'request', call: 1, correlationId: 'c', remainingMs: 10, request };
}

const point = { path: 'p', address: 'a', type: { scalar: 'float64' as const } };

function kindOf(work: () => unknown): unknown {
  try {
    return work() === undefined ? undefined : 'message';
  } catch (error) {
    return isGatewayError(error) ? error.kind : error;
  }
}

describe('control messages', () => {
  it('keep NaN, infinities, bigint and bytes', () => {
    const values = [Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 64n - 1n, Uint8Array.of(1, 2), 'ü', [1n, 2n]];
    const sent = write(values.map((value) => ({ point, value })));
    expect(decodeSupervisorMessage(payloadOf(sent))).toEqual(sent);
  });

  it('keep code, kind, status, write outcome and cause of an error', () => {
    const cause = new GatewayError({ code: 'SOCKET', kind: 'unreachable', message: 'reset' });
    const error = new GatewayError({
      code: 'X_FAILED',
      kind: 'timeout',
      message: 'late',
      status: statusCodes.BadRequestTimeout,
      writeOutcome: 'not-sent',
      cause,
    });
    const decoded = decodeHostMessage(payloadOf({ type: 'error', call: 1, error: errorToData(error) }));
    const received = errorFromData((decoded as { error: ReturnType<typeof errorToData> }).error);
    expect(received).toMatchObject({
      code: 'X_FAILED',
      kind: 'timeout',
      status: statusCodes.BadRequestTimeout,
      writeOutcome: 'not-sent',
    });
    expect(received.cause).toMatchObject({ code: 'SOCKET', kind: 'unreachable', message: 'reset' });
  });

  it('are refused before sending when larger than a frame', () => {
    const sent = write([{ point, value: 'x'.repeat(maxFrameBytes) }]);
    expect(() => encodeControl(sent)).toThrow(expect.objectContaining({ code: 'CHANNEL_MESSAGE_TOO_LARGE' }) as Error);
  });

  it.each([
    ['an unknown type', { type: 'format-disk' }],
    ['a type from the prototype', { type: 'toString' }],
    ['a missing field', { type: 'result' }],
    ['a call number that is none', { type: 'result', call: -1 }],
    ['an error of unknown kind', { type: 'error', call: 1, error: { code: 'X', kind: 'odd', message: '' } }],
    ['a member that no session has', { type: 'ready', members: ['constructor'], callCredits: 1 }],
    ['no object at all', 42],
  ])('are refused with %s', (_what, message) => {
    expect(kindOf(() => decodeHostMessage(serialize(message)))).toBe('protocol');
  });

  it('from the Supervisor are none from a Host', () => {
    expect(kindOf(() => decodeHostMessage(payloadOf({ type: 'stop' })))).toBe('protocol');
  });

  it('answer arbitrary bytes with a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(kindOf(() => decodeHostMessage(bytes))).toBe('protocol');
      }),
    );
  });
});
