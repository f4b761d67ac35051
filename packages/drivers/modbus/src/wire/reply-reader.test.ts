import { describe, expect, it } from 'vitest';
import { ReplyReader, type TcpLeniency } from './reply-reader.js';

/** A reader that waits for two holding registers of unit 1, transaction 0x1234. */
function readerOfTwoRegisters(leniency: Partial<TcpLeniency> = {}): ReplyReader {
  const reader = new ReplyReader({ ignoreTransactionId: false, tolerateLength: false, ...leniency });
  reader.connected();
  ask(reader, 0x1234);
  return reader;
}

function ask(reader: ReplyReader, transactionId: number): void {
  Object.assign(reader.expected, { transactionId, unitId: 1, functionCode: 3, aduLength: 7, byteCount: 4 });
  reader.begin();
}

function push(reader: ReplyReader, hex: string): unknown {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const state = reader.push(bytes, bytes.length);
  return typeof state === 'string' ? state : state.problem;
}

function pushUnasked(reader: ReplyReader, hex: string): string | undefined {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return reader.pushUnasked(bytes, bytes.length)?.problem;
}

const answerOf = (reader: ReplyReader): string => reader.answer.toString('hex', 0, reader.answer.length - 2);

const proper = '12340000000701030412671268';
const next = '12350000000701030400010002';

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
      expect(answerOf(reader)).toBe(proper.slice(12));
    }
  });

  const ifAlways = (option: string): string => `; if this device always does so, set ${option}: true`;
  it.each([
    ['12350000000701030412671268', `transaction 4661 instead of 4660${ifAlways('ignoreTransactionId')}`],
    ['12340001000701030412671268', 'protocol 1 instead of 0 (Modbus)'],
    ['12340000000702030412671268', 'unit 2 instead of 1'],
    ['12340000000701040412671268', 'function 4 instead of 3'],
    ['12340000000901030412671268', `length 9 instead of 7${ifAlways('tolerateLength')}`],
    ['123400000004018300', 'length 4 instead of 3'],
    ['12340000000701030212671268', 'byte count 2 instead of 4'],
    [`${proper}00`, 'bytes behind the end of the answer'],
    [`${proper}${'00'.repeat(300)}`, 'bytes behind the end of the answer'],
  ])('names what is wrong with %s', (hex, problem) => {
    expect(push(readerOfTwoRegisters(), hex)).toBe(problem);
  });

  const words = '5553522d4454552d303030310d0a';

  it('passes over what a device says of itself before its first answer, and says what that was', () => {
    for (let cut = 0; cut <= words.length; cut += 2) {
      const reader = readerOfTwoRegisters();
      if (cut > 0) expect(push(reader, words.slice(0, cut))).toBe('incomplete');
      expect(push(reader, words.slice(cut) + proper)).toBe('complete');
      expect([answerOf(reader), reader.greeting.toString('hex'), reader.remark]).toEqual([
        proper.slice(12),
        words,
        undefined,
      ]);
    }
    const silent = readerOfTwoRegisters();
    push(silent, words);
    expect(silent.remark?.problem).toBe(
      'no Modbus TCP frame (55 53 52 2d 44 54 55 2d …); if the device sends something of its own when it is connected to, set postConnectDelayMs',
    );
    const endless = readerOfTwoRegisters();
    expect(push(endless, words.repeat(100))).toContain('no Modbus TCP frame');
  });

  it('takes no other frame behind such words, and no words after an answer', () => {
    const reader = readerOfTwoRegisters();
    expect(push(reader, words + next)).toBe('incomplete'); // nothing that was asked
    expect(push(reader, proper)).toBe('complete');
    ask(reader, 0x1235);
    expect(push(reader, words + next)).toContain('no Modbus TCP frame');
  });

  it('knows that an exception is two bytes, whatever its length field says', () => {
    for (const length of ['0000', '0002', '0004', '0006', '00ff', 'ffff']) {
      const reader = readerOfTwoRegisters();
      expect(push(reader, `12340000${length}018302`)).toBe('complete');
      expect(answerOf(reader)).toBe('018302');
    }
    expect(push(readerOfTwoRegisters(), '1234000000040183 02 00')).toBe('complete');
    expect(push(readerOfTwoRegisters(), '1234000000040183 02 0000')).toBe('bytes behind the end of the answer');
  });

  describe('answers that come once more', () => {
    it('are passed over before the answer, behind it, and while nothing is asked', () => {
      const reader = readerOfTwoRegisters();
      expect(push(reader, proper + proper)).toBe('complete');
      expect(pushUnasked(reader, proper)).toBeUndefined();
      ask(reader, 0x1235);
      expect(push(reader, proper + next + proper)).toBe('complete');
      expect([answerOf(reader), reader.repeats]).toEqual([next.slice(12), 1]);
    });

    it('may come in pieces, begun while nothing was asked', () => {
      for (let cut = 4; cut < proper.length; cut += 2) {
        const reader = readerOfTwoRegisters();
        push(reader, proper);
        expect(pushUnasked(reader, proper.slice(0, cut))).toBeUndefined();
        ask(reader, 0x1235);
        expect(push(reader, proper.slice(cut) + next)).toBe('complete');
        expect(answerOf(reader)).toBe(next.slice(12));
      }
    });

    it('are only those to requests that were answered on this connection, and not long ago', () => {
      expect(push(readerOfTwoRegisters(), '1233' + proper.slice(4))).toContain('transaction 4659');
      const reader = readerOfTwoRegisters();
      for (let id = 0x1234; id < 0x1344; id++) {
        ask(reader, id);
        expect(push(reader, id.toString(16) + proper.slice(4))).toBe('complete');
      }
      ask(reader, 0x1344);
      expect(push(reader, proper)).toContain('transaction 4660 instead of 4932');
      expect(push(reader, '1244' + proper.slice(4))).toBe('incomplete');
      reader.connected();
      expect(push(reader, '1343' + proper.slice(4))).toContain('transaction');
    });

    it('are nothing else that comes while nothing is asked', () => {
      const reader = readerOfTwoRegisters();
      push(reader, proper);
      for (const stray of ['00', '1235', next, '12340001000701030412671268'])
        expect(pushUnasked(reader, stray), stray).toBe('bytes that nobody asked for');
    });
  });

  it('recognises an RTU frame, in one piece or several', () => {
    const crc = '43da';
    const rtu = `010304 1267 1268 ${crc}`;
    expect(push(readerOfTwoRegisters(), rtu)).toMatch(/RTU frame .* set transport: rtu-over-tcp/);
    const reader = readerOfTwoRegisters();
    expect(push(reader, '010304 1267 1268 43')).toBe('incomplete');
    expect(push(reader, 'da')).toMatch(/RTU frame/);
    expect(push(readerOfTwoRegisters(), '01 83 02 c0f1')).toMatch(/RTU frame/);
    const damaged = readerOfTwoRegisters();
    push(damaged, '010304 1267 1268 43db');
    expect(damaged.remark?.problem).toMatch(/no Modbus TCP frame/);
  });

  it('overlooks what it is told to, and nothing else', () => {
    const anyId = { ignoreTransactionId: true };
    expect(push(readerOfTwoRegisters(anyId), '00000000000701030412671268')).toBe('complete');
    expect(push(readerOfTwoRegisters(anyId), '00000000000901030412671268')).toContain('length 9');
    expect(push(readerOfTwoRegisters(anyId), '00000000000702030412671268')).toBe('unit 2 instead of 1');
    const anyLength = { tolerateLength: true };
    expect(push(readerOfTwoRegisters(anyLength), '12340000000901030412671268')).toBe('complete');
    expect(push(readerOfTwoRegisters(anyLength), '123400000009010304126712680000')).toBe('complete');
    expect(push(readerOfTwoRegisters(anyLength), '12340000000901030212671268')).toBe('byte count 2 instead of 4');
    expect(push(readerOfTwoRegisters(anyLength), '12350000000901030412671268')).toContain('transaction 4661');
  });
});
