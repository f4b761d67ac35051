import { duplexPair, type Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc16 } from './crc16.js';
import { ModbusSimSlaves } from './modbus-sim-slaves.js';

let slaves: ModbusSimSlaves;
let master: Duplex;
let received: string;

beforeEach(() => {
  slaves = new ModbusSimSlaves({ 1: {}, 7: {} });
  const [near, far] = duplexPair();
  slaves.attach(far);
  master = near;
  received = '';
  master.on('data', (chunk: Buffer) => (received += chunk.toString('hex')));
});

afterEach(() => {
  master.destroy();
});

function withCrc(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex');
  const crc = crc16(bytes);
  return Buffer.concat([bytes, Buffer.of(crc & 0xff, crc >> 8)]);
}

/** Sends, and returns everything that has come back once the stream is idle. */
async function ask(...segments: readonly Buffer[]): Promise<string> {
  received = '';
  for (const segment of segments) {
    master.write(segment);
    await idle();
  }
  await idle();
  return received;
}

async function idle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const readOne = withCrc('010300000001');
const answer = withCrc('01030204d2').toString('hex');

describe('Modbus RTU slaves on a stream', () => {
  beforeEach(() => slaves.unit(1).memory.holdingRegisters.set(0, 1234));

  it('computes the CRC of the specification', () => {
    // Modbus over Serial Line V1.02, 6.2.2: 02 07 gives 41 12 on the line
    expect(withCrc('0207').toString('hex')).toBe('02074112');
  });

  it('answer with unit id, PDU and CRC', async () => {
    expect(await ask(readOne)).toBe(answer);
  });

  it.each([
    ['0f', '010f0013000a02cd01', '010f0013000a'],
    ['10', '0110000100020 4000a0102'.replace(' ', ''), '011000010002'],
    ['16', '0116000400f20025', '0116000400f20025'],
    ['an unknown function', '012b0e01', '01ab01'],
  ])('know where a request with function %s ends', async (_what, request, expected) => {
    expect(await ask(withCrc(request))).toBe(withCrc(expected).toString('hex'));
  });

  it('understand a request in single bytes, and two in one segment', async () => {
    expect(await ask(...[...readOne].map((byte) => Buffer.of(byte)))).toBe(answer);
    expect(await ask(Buffer.concat([readOne, readOne]))).toBe(answer + answer);
  });

  it('find the request behind noise, and ignore one with a wrong CRC', async () => {
    const damaged = Buffer.from(readOne);
    damaged[3] ^= 1;
    expect(await ask(damaged)).toBe('');
    expect(await ask(Buffer.concat([damaged, readOne]))).toBe(answer);
    expect(slaves.counters.requests).toBe(1);
  });

  it('leave requests to others unanswered', async () => {
    expect(await ask(withCrc('090300000001'))).toBe('');
    expect(await ask(withCrc('070300000001'))).toBe(withCrc('0703020000').toString('hex'));
  });

  it.each([
    ['replyUnitId', { replyUnitId: 7 }, withCrc('07030204d2').toString('hex')],
    ['preamble', { preamble: Uint8Array.of(0xaa, 0xbb) }, `aabb${answer}`],
    ['repeatReply', { repeatReply: true }, answer + answer],
    ['truncateBytes', { truncateBytes: 3 }, answer.slice(0, -6)],
  ])('turn the knob %s', async (_name, knobs, expected) => {
    slaves.unit(1).once(knobs);
    expect(await ask(readOne)).toBe(expected);
  });

  it('answer in the order in which they were asked, also when one answer takes long', async () => {
    slaves.unit(1).once({ delayMs: 20 });
    master.write(Buffer.concat([readOne, withCrc('010300000002')]));
    await expect.poll(() => received).toBe(answer + withCrc('01030404d20000').toString('hex'));
  });

  it('send a wrong CRC when told to', async () => {
    slaves.unit(1).once({ crcOffset: 1 });
    const reply = await ask(readOne);
    expect(reply.slice(0, -4)).toBe(answer.slice(0, -4));
    expect(reply).not.toBe(answer);
  });

  it('count what reached each address, apart from what was carried out there', async () => {
    const writeTwo = withCrc('0110000500020400010002');
    await ask(writeTwo);
    slaves.unit(1).knobs = { silent: true };
    await ask(writeTwo);
    const { counters } = slaves;
    expect([4, 5, 6, 7].map((at) => counters.writeRequestsTo(1, 'holdingRegisters', at))).toEqual([0, 2, 2, 0]);
    expect([4, 5, 6, 7].map((at) => counters.writesTo(1, 'holdingRegisters', at))).toEqual([0, 1, 1, 0]);
    expect(counters.writeRequestsTo(7, 'holdingRegisters', 5)).toBe(0);
    counters.reset();
    expect(counters.writeRequestsTo(1, 'holdingRegisters', 5)).toBe(0);
  });
});
