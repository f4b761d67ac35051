import { expect, it } from 'vitest';
import { expectReplyTo, type ExpectedReply } from './expected-reply.js';

function expectedReplyTo(functionCode: number, count: number): Pick<ExpectedReply, 'aduLength' | 'byteCount'> {
  const request = Buffer.from([7, functionCode, 0, 100, count >> 8, count & 0xff, 0, 0]);
  const expected: ExpectedReply = { unitId: 0, functionCode: 0, aduLength: 0, byteCount: 0 };
  expectReplyTo(request, expected);
  expect(expected).toMatchObject({ unitId: 7, functionCode });
  return { aduLength: expected.aduLength, byteCount: expected.byteCount };
}

// Modbus Application Protocol V1.1b3, 6.1 to 6.4: a byte count, then whole bytes of bits or two bytes for each register
it.each([
  [1, 1, 1],
  [1, 8, 1],
  [1, 9, 2],
  [1, 2000, 250],
  [2, 1, 1],
  [2, 8, 1],
  [2, 9, 2],
  [2, 2000, 250],
  [3, 1, 2],
  [3, 125, 250],
  [4, 1, 2],
  [4, 125, 250],
])('function %i for %i answers with %i bytes of data, and with no other number', (functionCode, count, byteCount) => {
  expect(expectedReplyTo(functionCode, count)).toEqual({ byteCount, aduLength: 3 + byteCount });
});

// 6.5, 6.6, 6.11, 6.12, 6.16: the head of the request comes back
it.each([
  [5, 6],
  [6, 6],
  [15, 6],
  [16, 6],
  [22, 8],
])('function %i answers with %i bytes and no byte count', (functionCode, aduLength) => {
  expect(expectedReplyTo(functionCode, 3)).toEqual({ byteCount: -1, aduLength });
});
