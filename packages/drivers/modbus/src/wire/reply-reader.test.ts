import { describe, expect, it } from 'vitest';
import { ReplyReader } from './reply-reader.js';

/** A reader that waits for two holding registers of unit 1, transaction 0x1234. */
function readerOfTwoRegisters(): ReplyReader {
  const reader = new ReplyReader();
  Object.assign(reader.expected, { transactionId: 0x1234, unitId: 1, functionCode: 3, aduLength: 7, byteCount: 4 });
  reader.begin();
  return reader;
}

function push(reader: ReplyReader, hex: string): unknown {
  const bytes = Buffer.from(hex, 'hex');
  const state = reader.push(bytes, bytes.length);
  return typeof state === 'string' ? state : state.problem;
}

const proper = '12340000000701030412671268';

describe('ReplyReader', () => {
  it('takes a proper answer, and a proper exception', () => {
    expect(push(readerOfTwoRegisters(), proper)).toBe('complete');
    expect(push(readerOfTwoRegisters(), '123400000003018302')).toBe('complete');
  });

  it('puts an answer together from any two pieces', () => {
    for (let cut = 2; cut < proper.length; cut += 2) {
      const reader = readerOfTwoRegisters();
      expect(push(reader, proper.slice(0, cut))).toBe('incomplete');
      expect(push(reader, proper.slice(cut))).toBe('complete');
      expect(reader.frame.toString('hex', 0, 13)).toBe(proper);
    }
  });

  it.each([
    ['12350000000701030412671268', 'transaction 4661 instead of 4660'],
    ['12340001000701030412671268', 'protocol 1 instead of 0 (Modbus)'],
    ['12340000000702030412671268', 'unit 2 instead of 1'],
    ['12340000000701040412671268', 'function 4 instead of 3'],
    ['12340000000901030412671268', 'length 9 instead of 7'],
    ['123400000004018302', 'length 4 instead of 3'],
    ['12340000000701030212671268', 'byte count 2 instead of 4'],
    [`${proper}00`, 'bytes behind the end of the answer'],
    [`${proper}${'00'.repeat(300)}`, 'bytes behind the end of the answer'],
  ])('names what is wrong with %s', (hex, problem) => {
    expect(push(readerOfTwoRegisters(), hex)).toBe(problem);
  });
});
