import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { s7Mangles } from './s7-sim-knobs.js';
import { areaCodes, returnCodes } from './s7-sim-protocol.js';
import { S7SimServer, type S7SimOptions } from './s7-sim-server.js';

const db = 0x84;
let plc: S7SimServer;
let client: RawClient;

beforeEach(async () => {
  await begin({});
});

afterEach(async () => {
  client.end();
  await plc.close();
});

async function begin(options: S7SimOptions): Promise<void> {
  client?.end();
  await plc?.close();
  plc = await S7SimServer.listen({ dbs: { 1: Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]) }, ...options });
  client = await RawClient.open(plc.port);
}

test('confirms a connection and remembers the TSAPs it was asked for', async () => {
  expect((await client.handshake()).readUInt16BE(25)).toBe(480);
  expect(plc.lastTsaps).toEqual({ localTsap: 0x0100, remoteTsap: 0x0102 });
});

test.each([
  [960, 240, 240],
  [240, 480, 240],
  [50, 480, 112],
])('asked for a PDU of %i, with %i at most, it grants %i', async (asked, maxPdu, granted) => {
  await begin({ maxPdu });
  expect((await client.handshake(asked)).readUInt16BE(25)).toBe(granted);
});

describe('once connected', () => {
  beforeEach(() => client.handshake());

  test('answers each item of a read for itself, and pads odd ones but the last', async () => {
    const reply = await client.job(0x04, [item(db, 1, 2, 3), item(db, 2, 0, 1), item(db, 1, 7, 2), item(db, 1, 5, 1)]);
    expect(reply.subarray(19).toString('hex')).toBe(
      '0404' + 'ff04001802030400' + '0a000000' + '05000000' + 'ff04000805',
    );
  });

  test('reads a bit, a REAL, a timer and a counter each in its own transport size', async () => {
    plc.memory.timers.writeUInt16BE(0x2127, 10);
    plc.memory.counters.writeUInt16BE(0x0042, 6);
    const reply = await client.job(0x04, [
      item(db, 1, 3, 1, { transport: 1, bit: 1 }),
      item(db, 1, 0, 1, { transport: 8 }),
      item(areaCodes.timers, 0, 5, 1, { transport: 0x1d }),
      item(areaCodes.counters, 0, 3, 1, { transport: 0x1c }),
    ]);
    expect(reply.subarray(21).toString('hex')).toBe(
      'ff0300010100' + 'ff07000400010203' + 'ff0900022127' + 'ff0900020042',
    );
  });

  test('writes bytes and single bits, logs them with their time, and says which failed', async () => {
    const startedAtMs = Date.now();
    const reply = await client.job(
      0x05,
      [item(db, 1, 0, 2), item(db, 1, 7, 1, { transport: 1, bit: 7 }), item(db, 9, 0, 1)],
      [written(0x04, Buffer.from([0xaa, 0xbb])), written(0x03, Buffer.from([1])), written(0x04, Buffer.from([1]))],
    );
    expect([...reply.subarray(21)]).toEqual([0xff, 0xff, returnCodes.doesNotExist]);
    expect([...plc.db(1)]).toEqual([0xaa, 0xbb, 2, 3, 4, 5, 6, 0x87]);
    expect(plc.writeLog.map(({ db: number, start, bit, code }) => [number, start, bit, code])).toEqual([
      [1, 0, undefined, 0xff],
      [1, 7, 7, 0xff],
      [9, 0, undefined, 0x0a],
    ]);
    expect(plc.writeLog.every(({ atMs }) => atMs >= startedAtMs && atMs <= Date.now())).toBe(true);
    expect(plc.counters).toMatchObject({ writes: 1, itemsWritten: 2 });
  });

  test('refuses a job of more than 20 items, and one whose answer is larger than the PDU', async () => {
    const many = await client.job(
      0x04,
      Array.from({ length: 21 }, () => item(db, 1, 0, 1)),
    );
    plc.memory.dbs.set(1, Buffer.alloc(1_000));
    const large = await client.job(0x04, [item(db, 1, 0, 470)]);
    const fits = await client.job(0x04, [item(db, 1, 0, 462)]);
    expect([many, large, fits].map((reply) => reply.readUInt16BE(17))).toEqual([0x8500, 0x8500, 0]);
    expect(plc.counters.oversized).toBe(2);
  });

  test('has a knob for PUT/GET, for optimised blocks and for each item', async () => {
    plc.knobs.optimisedDbs = new Set([1]);
    expect((await client.job(0x04, [item(db, 1, 0, 1)]))[21]).toBe(0x05);
    plc.knobs.itemError = ({ start }) => (start === 3 ? 0x03 : undefined);
    plc.knobs.optimisedDbs = new Set();
    const codes = await client.job(0x04, [item(db, 1, 3, 1), item(db, 1, 2, 1)]);
    expect([codes[21], codes[25]]).toEqual([0x03, 0xff]);
    plc.knobs.putGetDisabled = true;
    expect((await client.job(0x04, [item(db, 1, 0, 1)])).readUInt16BE(17)).toBe(0x8104);
  });

  test('keeps silent, and drops a connection, when told to', async () => {
    plc.knobs.mangle = (reply, { type }) => (type === 'write' ? undefined : reply);
    client.send(jobFrame(0x05, [item(db, 1, 0, 1)], [written(0x04, Buffer.from([9]))]));
    expect((await client.job(0x04, [item(db, 1, 0, 1)])).at(-1)).toBe(9);
    plc.knobs.mangle = undefined;
    plc.knobs.dropRequests = 1;
    client.send(jobFrame(0x04, [item(db, 1, 0, 1)]));
    await client.closed;
  });

  test('misbehaves about single stretches, and about long jobs, when told to', async () => {
    plc.knobs.spots = [{ db: 1, start: 4, byteLength: 2, does: { jobError: 0x8104 } }];
    const [apart, touching] = [
      await client.job(0x04, [item(db, 1, 0, 4)]),
      await client.job(0x04, [item(db, 1, 5, 1)]),
    ];
    expect([apart, touching].map((reply) => reply.readUInt16BE(17))).toEqual([0, 0x8104]);
    plc.knobs.jobLimit = { bytes: 3, does: { jobError: 0x8500 } };
    expect((await client.job(0x04, [item(db, 1, 0, 4)])).readUInt16BE(17)).toBe(0x8500);
    expect(plc.counters.misbehaved).toBe(2);
    plc.knobs.spots = [{ db: 1, start: 0, byteLength: 1, does: 'hang-up' }];
    client.send(jobFrame(0x04, [item(db, 1, 0, 1)]));
    await client.closed;
  });

  test('closes the connection after an answer when told to', async () => {
    plc.knobs.hangUpAfterReply = true;
    expect((await client.job(0x04, [item(db, 1, 0, 4)])).readUInt16BE(17)).toBe(0);
    await client.closed;
  });

  test('splits an answer where it is told to, without mixing two of them', async () => {
    plc.knobs.splitEvery = 5;
    client.send(Buffer.concat([jobFrame(0x04, [item(db, 1, 0, 8)]), jobFrame(0x04, [item(db, 1, 4, 4)])]));
    const [first, second] = [await client.frame(), await client.frame()];
    expect(client.largestSegment).toBeLessThanOrEqual(27);
    expect([first.subarray(25).toString('hex'), second.subarray(25).toString('hex')]).toEqual([
      '0001020304050607',
      '04050607',
    ]);
  });

  test.each([
    ['short', s7Mangles.short(2), 27, 27],
    ['long', s7Mangles.long(3), 32, 32],
    ['cut off', s7Mangles.cutOff(4), 25, 29],
  ])('sends an answer that is %s', async (_, mangle, byteLength, tpktLength) => {
    plc.knobs.mangle = mangle;
    client.send(jobFrame(0x04, [item(db, 1, 0, 4)]));
    const bytes = await client.bytes(byteLength);
    expect([bytes.length, bytes.readUInt16BE(2)]).toEqual([byteLength, tpktLength]);
  });

  test('closes a connection that sends what is no TPKT', async () => {
    client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await client.closed;
    expect(plc.counters.garbage).toBe(1);
  });
});

test('refuses connections in three ways: at TCP, at ISO, and when it has none left', async () => {
  plc.knobs.refuseIso = true;
  expect((await client.connect())[5]).toBe(0x80);
  await client.closed;
  plc.knobs.refuseIso = false;
  plc.knobs.maxConnections = 1;
  const first = await RawClient.open(plc.port);
  expect((await first.connect())[5]).toBe(0xd0);
  const second = await RawClient.open(plc.port);
  expect((await second.connect())[5]).toBe(0x80);
  first.end();
  plc.knobs.refuseConnections = true;
  await RawClient.open(plc.port).then(
    ({ closed }) => closed,
    (error: unknown) => expect(error).toMatchObject({ code: 'ECONNRESET' }),
  );
  expect(plc.counters).toMatchObject({ refused: 3 });
});

test('is gone when it is closed, and back on the same port with the same memory', async () => {
  const { port } = plc;
  plc.db(1)[0] = 99;
  await plc.close();
  await client.closed;
  await expect(RawClient.open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await plc.start();
  client = await RawClient.open(port);
  await client.handshake();
  expect((await client.job(0x04, [item(db, 1, 0, 1)])).at(-1)).toBe(99);
});

/** Just enough of the client side, by hand: what is tested here must not be tested with itself. */
class RawClient {
  readonly #socket: Socket;
  readonly closed: Promise<unknown>;
  largestSegment = 0;
  #received = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = once(socket, 'close').catch(() => undefined);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.largestSegment = Math.max(this.largestSegment, chunk.length);
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  end(): void {
    this.#socket.destroy();
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  connect(): Promise<Buffer> {
    this.send(Buffer.from('0300001611e00000000200c0010ac1020100c2020102', 'hex'));
    return this.frame();
  }

  async handshake(pdu = 480): Promise<Buffer> {
    await this.connect();
    const setup = Buffer.from('0300001902f08032010000000000080000f0000008000801e0', 'hex');
    setup.writeUInt16BE(pdu, 23);
    this.send(setup);
    return this.frame();
  }

  job(functionCode: number, items: readonly Buffer[], data: readonly Buffer[] = []): Promise<Buffer> {
    this.send(jobFrame(functionCode, items, data));
    return this.frame();
  }

  async frame(): Promise<Buffer> {
    const header = await this.#atLeast(4);
    const length = header.readUInt16BE(2);
    await this.#atLeast(length);
    const frame = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return frame;
  }

  bytes(count: number): Promise<Buffer> {
    return this.#atLeast(count);
  }

  async #atLeast(count: number): Promise<Buffer> {
    while (this.#received.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#received;
  }
}

function item(
  area: number,
  dbNumber: number,
  start: number,
  count: number,
  { transport = 2, bit = 0 }: { transport?: number; bit?: number } = {},
): Buffer {
  const spec = Buffer.from([0x12, 0x0a, 0x10, transport, 0, count, 0, dbNumber, area, 0, 0, 0]);
  spec.writeUInt16BE(count, 4);
  spec.writeUIntBE(transport === 0x1c || transport === 0x1d ? start : start * 8 + bit, 9, 3);
  return spec;
}

function written(transport: number, data: Buffer): Buffer {
  const header = Buffer.from([0, transport, 0, transport === 0x03 ? 1 : data.length * 8]);
  return Buffer.concat([header, data]);
}

function jobFrame(functionCode: number, items: readonly Buffer[], data: readonly Buffer[] = []): Buffer {
  const padded = data.map((each, i) =>
    i < data.length - 1 ? Buffer.concat([each, Buffer.alloc(each.length & 1)]) : each,
  );
  const [parameters, payload] = [
    Buffer.concat([Buffer.from([functionCode, items.length]), ...items]),
    Buffer.concat(padded),
  ];
  const header = Buffer.from([3, 0, 0, 0, 2, 0xf0, 0x80, 0x32, 1, 0, 0, 0, 7, 0, 0, 0, 0]);
  header.writeUInt16BE(header.length + parameters.length + payload.length, 2);
  header.writeUInt16BE(parameters.length, 13);
  header.writeUInt16BE(payload.length, 15);
  return Buffer.concat([header, parameters, payload]);
}
