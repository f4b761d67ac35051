import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../testing/test-client.js';
import { identificationPdu } from './device-identification.js';
import type { RequestFrame } from './framing.js';
import { crc16 } from './crc16.js';
import { exceptionPdu, parseRequest, readPdu, writtenPdu } from './protocol.js';
import { RtuServerFraming } from './rtu-framing.js';
import { TcpServerFraming } from './tcp-framing.js';

const parse = (pdu: string) => parseRequest(hex(pdu));

describe('requests', () => {
  // The examples of the Application Protocol V1.1b3, chapter 6.
  it.each([
    ['01 0013 0013', { type: 'read-bits', area: 'coil', start: 19, count: 19 }],
    ['02 00c4 0016', { type: 'read-bits', area: 'discrete-input', start: 196, count: 22 }],
    ['03 006b 0003', { type: 'read-registers', area: 'holding-register', start: 107, count: 3 }],
    ['04 0008 0001', { type: 'read-registers', area: 'input-register', start: 8, count: 1 }],
    ['05 00ac ff00', { type: 'write-bits', start: 172, bits: [true] }],
    ['06 0001 0003', { type: 'write-registers', start: 1, words: hex('0003') }],
    ['0f 0013 000a 02 cd01', { type: 'write-bits', start: 19, bits: [1, 0, 1, 1, 0, 0, 1, 1, 1, 0].map(Boolean) }],
    ['10 0001 0002 04 000a 0102', { type: 'write-registers', start: 1, words: hex('000a0102') }],
    ['16 0004 00f2 0025', { type: 'mask-write', start: 4, andMask: 0xf2, orMask: 0x25 }],
    [
      '17 0003 0006 000e 0003 06 00ff 00ff 00ff',
      { type: 'read-write-registers', read: { start: 3, count: 6 }, write: { start: 14, words: hex('00ff00ff00ff') } },
    ],
    ['2b 0e 01 00', { type: 'identify', readCode: 1, objectId: 0 }],
  ])('%s', (pdu, request) => {
    expect(parse(pdu)).toEqual(request);
  });

  it.each([
    ['no function of this server', '07', 1],
    ['another encapsulated interface', '2b 0d 01 00', 1],
    ['no register', '03 0000 0000', 3],
    ['126 registers', '03 0000 007e', 3],
    ['2001 coils', '01 0000 07d1', 3],
    ['behind the last address', '03 ffff 0002', 2],
    ['coils behind the last address', '01 fff8 0009', 2],
    ['a read that is too short', '03 0000 00', 3],
    ['a read that is too long', '03 0000 0001 00', 3],
    ['a coil that is neither on nor off', '05 0000 0001', 3],
    ['a byte count that is not the quantity', '10 0000 0002 02 0001', 3],
    ['fewer bytes than counted', '10 0000 0001 02 00', 3],
    ['more bytes than counted', '0f 0000 0001 01 01 00', 3],
    ['no coil', '0f 0000 0000 00', 3],
    ['1969 coils', `0f 0000 07b1 f7 ${'00'.repeat(247)}`, 3],
    ['124 registers', `10 0000 007c f8 ${'00'.repeat(248)}`, 3],
    ['no register to write', '10 0000 0000 00', 3],
    ['122 registers with a read', `17 0000 0001 0000 007a f4 ${'00'.repeat(244)}`, 3],
    ['an identification of another length', '2b 0e 01', 3],
  ])('refuses %s', (_, pdu, exception) => {
    expect(parse(pdu)).toEqual({ exception });
  });

  it('takes the longest runs that the protocol allows', () => {
    expect(parse('03 0000 007d')).toMatchObject({ count: 125 });
    expect(parse('01 0000 07d0')).toMatchObject({ count: 2000 });
    expect(parse(`10 0000 007b f6 ${'00'.repeat(246)}`)).toMatchObject({ type: 'write-registers' });
    expect(parse(`0f 0000 07b0 f6 ${'00'.repeat(246)}`)).toMatchObject({ type: 'write-bits' });
    expect(parse(`17 0000 007d 0000 0079 f2 ${'00'.repeat(242)}`)).toMatchObject({ type: 'read-write-registers' });
  });

  it('makes a request or an exception of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), (bytes) => {
        const request = parseRequest(Buffer.from(bytes));
        expect('type' in request || [1, 2, 3].includes(request.exception)).toBe(true);
      }),
    );
  });
});

describe('answers', () => {
  it('repeats what was written, or only address and quantity', () => {
    expect(writtenPdu(hex('06 0001 0003'))).toEqual(hex('06 0001 0003'));
    expect(writtenPdu(hex('16 0004 00f2 0025'))).toEqual(hex('16 0004 00f2 0025'));
    expect(writtenPdu(hex('10 0001 0002 04 000a 0102'))).toEqual(hex('10 0001 0002'));
  });

  it('counts bytes and marks exceptions', () => {
    expect(readPdu(3, hex('000a'))).toEqual(hex('03 02 000a'));
    expect(exceptionPdu(16, { exception: 3 })).toEqual(hex('90 03'));
  });

  it('identifies the device', () => {
    const identity = {
      vendorName: 'V',
      productCode: 'P',
      majorMinorRevision: '1',
      productName: 'N',
      userApplicationName: 'U',
    };
    expect(identificationPdu(identity, 1, 0)).toEqual(hex('2b 0e 01 82 00 00 03 00 01 56 01 01 50 02 01 31'));
    expect(identificationPdu(identity, 1, 2)).toEqual(hex('2b 0e 01 82 00 00 01 02 01 31'));
    expect(identificationPdu(identity, 2, 4)).toEqual(hex('2b 0e 02 82 00 00 03 04 01 4e 05 00 06 01 55'));
    expect(identificationPdu(identity, 1, 9)).toEqual(identificationPdu(identity, 1, 0));
    expect(identificationPdu(identity, 4, 0)).toEqual(hex('2b 0e 04 82 00 00 01 00 01 56'));
    expect(identificationPdu(identity, 4, 9)).toEqual({ exception: 2 });
    expect(identificationPdu(identity, 5, 0)).toEqual({ exception: 3 });
  });
});

/** All requests of one stream, cut as told. */
function framesOf(
  framing: TcpServerFraming | RtuServerFraming,
  stream: Buffer,
  cuts: readonly number[],
): (RequestFrame | string)[] {
  const found: (RequestFrame | string)[] = [];
  let at = 0;
  for (const end of [...cuts.toSorted((a, b) => a - b), stream.length]) {
    framing.push(stream.subarray(at, end), 0);
    at = end;
    for (let frame = framing.next(); frame !== 'incomplete'; frame = framing.next()) {
      found.push(frame);
      if (frame === 'not-modbus') return found;
    }
  }
  return found;
}

const requestPdu = fc.constantFrom(
  '03 0000 0001',
  '06 0001 0003',
  '10 0001 0002 04 000a 0102',
  '2b 0e 01 00',
  '16 0004 00f2 0025',
  '17 0003 0006 000e 0003 06 00ff 00ff 00ff',
  '0f 0013 000a 02 cd01',
);
const requests = fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 255 }), requestPdu), {
  minLength: 1,
  maxLength: 8,
});

describe('frames of Modbus TCP', () => {
  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(200)), (sent, cuts) => {
        const stream = Buffer.concat(
          sent.map(([transactionId, unitId, pdu]) =>
            new TcpServerFraming().wrap({ transactionId, unitId, pdu: hex('') }, hex(pdu)),
          ),
        );
        const inside = cuts.filter((cut) => cut < stream.length);
        const expected = sent.map(([transactionId, unitId, pdu]) => ({ transactionId, unitId, pdu: hex(pdu) }));
        expect(framesOf(new TcpServerFraming(), stream, inside)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['another protocol', '0001 0001 0006 01 03'],
    ['a length without a function', '0001 0000 0001 01'],
    ['a length that no request has', '0001 0000 00ff 01 03'],
    ['text', '474554202f20485454502f'],
  ])('are not: %s', (_, bytes) => {
    const framing = new TcpServerFraming();
    framing.push(hex(bytes.padEnd(20, '0')));
    expect(framing.next()).toBe('not-modbus');
  });
});

describe('frames of RTU', () => {
  const rtuFrame = (unitId: number, pdu: string): Buffer =>
    new RtuServerFraming().wrap({ transactionId: 0, unitId, pdu: hex('') }, hex(pdu));

  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(200)), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(([, unitId, pdu]) => rtuFrame(unitId, pdu)));
        const inside = cuts.filter((cut) => cut < stream.length);
        const expected = sent.map(([, unitId, pdu]) => ({ transactionId: 0, unitId, pdu: hex(pdu) }));
        expect(framesOf(new RtuServerFraming(), stream, inside)).toEqual(expected);
      }),
    );
  });

  it('are found behind noise, and behind one whose checksum is wrong', () => {
    const damaged = rtuFrame(1, '06 0001 0003');
    damaged[3] ^= 1;
    for (const noise of [hex('ff'), hex('00ff80'), damaged]) {
      const stream = Buffer.concat([noise, rtuFrame(1, '03 0000 0001')]);
      expect(framesOf(new RtuServerFraming(), stream, [])).toMatchObject([{ unitId: 1, pdu: hex('03 0000 0001') }]);
    }
  });

  it('gives up half a frame that is not continued', () => {
    const framing = new RtuServerFraming();
    framing.push(hex('01 10 0000 0050 a0 0000'), 0);
    expect(framing.next()).toBe('incomplete');
    framing.push(rtuFrame(1, '03 0000 0001'), 1500);
    expect(framing.next()).toMatchObject({ unitId: 1, pdu: hex('03 0000 0001') });
  });

  it('has the checksum of the standard', () => {
    expect(crc16(Buffer.from('123456789'), 0, 9)).toBe(0x4b37);
  });
});
