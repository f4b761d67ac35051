import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import snap7, { type S7Client } from 'node-snap7';
import { S7SimServer } from '@fieldwarden/sim-plc';
import { testCall } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bad, openSession, point, reals } from './testing/test-rig.js';

describe('the driver against the PLC of Snap7 (§9.2)', () => {
  /** One for all tests: node-snap7 aborts the process when a second server is made. */
  const server = new snap7.S7Server();
  let port: number;
  let rig: ReturnType<typeof openSession>;

  beforeAll(async () => {
    port = await freePort();
    expect(server.SetParam(server.LocalPort, port)).toBe(true);
    expect(server.RegisterArea(server.srvAreaDB, 1, numbered(4_000))).toBe(true);
    expect(server.RegisterArea(server.srvAreaMK, Buffer.alloc(64))).toBe(true);
    expect(server.RegisterArea(server.srvAreaTM, timers())).toBe(true);
    expect(server.StartTo('127.0.0.1')).toBe(true);
  });

  afterAll(() => void server.Stop());

  beforeEach(() => {
    server.SetArea(server.srvAreaDB, 1, numbered(4_000));
    rig = openSession(port);
  });

  afterEach(() => rig.session.close());

  test('reads 1,000 REALs in a row', async () => {
    expect(await rig.read(reals(1_000))).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });

  test('reads what is scattered, and makes only those Bad that are not there', async () => {
    const points = [
      ...reals(100, 40),
      point('DB1.DBD4000', 'float32'),
      point('DB2.DBD0', 'float32'),
      point('MW0', 'int16'),
    ];
    expect(await rig.read(points)).toEqual([
      ...Array.from({ length: 100 }, (_, i) => i * 10),
      bad('BadNodeIdUnknown'),
      bad('BadNodeIdUnknown'),
      0,
    ]);
  });

  test('finds the end of a block that is shorter than the tags say', async () => {
    const points = [...reals(1_000).slice(980), ...reals(1_010).slice(1_000)];
    expect(await rig.read(points)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => 980 + i),
      ...Array.from({ length: 10 }, () => bad('BadNodeIdUnknown')),
    ]);
  });

  test('reads a timer', async () => {
    expect(await rig.read([point('T0', 'int32')])).toEqual([50]);
  });

  test('writes each kind of value so that another reader finds its bytes', async () => {
    // the maximum length of the string, as a PLC program would have set it
    await rig.write([[point('DB1.DBB10', 'uint8'), 8]]);
    const results = await rig.write([
      [point('DB1,REAL0', 'float32'), 21.5],
      [point('DB1,INT4', 'int16'), -2],
      [point('DB1,STRING10.8', 'string'), 'abc'],
      [point('DB1.DBX20.3', 'bool'), true],
      [point('DB1.DBD4000', 'int32'), 1],
      [point('MB7', 'uint8'), 200],
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done', 'rejected', 'done']);
    const memory = server.GetArea(server.srvAreaDB, 1);
    expect(memory.readFloatBE(0)).toBe(21.5);
    expect(memory.readInt16BE(4)).toBe(-2);
    expect(memory.toString('latin1', 12, 15)).toBe('abc');
    expect(memory[20] & 0b1000).toBe(0b1000);
    expect(server.GetArea(server.srvAreaMK)[7]).toBe(200);
  });

  test('is alive when probed', async () => {
    await expect(rig.session.probe!('cpu', testCall())).resolves.toBeUndefined();
  });
});

describe('the client of Snap7 against the simulated CPU', () => {
  test('reads and writes blocks, bits and timers, and hears of what is not there', async () => {
    await using plc = await S7SimServer.listen({ dbs: { 1: numbered(4_000) }, timers: timers(), maxPdu: 240 });
    const client = new snap7.S7Client();
    client.SetParam(client.RemotePort, plc.port);
    await promisify(client.ConnectTo.bind(client))('127.0.0.1', 0, 1);
    try {
      expect(client.PDULength()).toBe(240);
      await readsAndWrites(client, plc);
    } finally {
      client.Disconnect();
    }
    expect(plc.counters.garbage).toBe(0);
  });

  async function readsAndWrites(client: S7Client, plc: S7SimServer): Promise<void> {
    expect(await promisify(client.DBRead.bind(client))(1, 0, 4_000)).toEqual(plc.db(1));
    expect(await promisify(client.TMRead.bind(client))(5, 2)).toEqual(timers().subarray(10, 14));
    await promisify(client.DBWrite.bind(client))(1, 100, 500, Buffer.alloc(500, 0xa5));
    expect(
      plc
        .db(1)
        .subarray(100, 600)
        .every((byte) => byte === 0xa5),
    ).toBe(true);
    const bit = 7 * 8 + 2;
    await promisify<void>((done) =>
      client.WriteArea(client.S7AreaMK, 0, bit, 1, client.S7WLBit, Buffer.from([1]), (error) => done(error)),
    )();
    expect(plc.memory.markers[7]).toBe(0b100);
    await expect(promisify(client.DBRead.bind(client))(9, 0, 4)).rejects.toBeDefined();
    await readsMultiVars(client, plc);
  }

  async function readsMultiVars(client: S7Client, plc: S7SimServer): Promise<void> {
    const real = { Area: client.S7AreaDB, WordLen: client.S7WLReal, DBNumber: 1, Start: 0, Amount: 1 };
    const odd = { Area: client.S7AreaDB, WordLen: client.S7WLByte, DBNumber: 1, Start: 4, Amount: 3 };
    const results = await promisify(client.ReadMultiVars.bind(client))([real, odd, { ...odd, DBNumber: 9 }, odd]);
    expect(results.map(({ Result }) => Result === 0)).toEqual([true, true, false, true]);
    expect(results[0].Data).toEqual(plc.db(1).subarray(0, 4));
    expect(results[3].Data).toEqual(plc.db(1).subarray(4, 7));
  }
});

function numbered(byteLength: number): Buffer {
  const db = Buffer.alloc(byteLength);
  for (let i = 0; i * 4 < byteLength; i++) db.writeFloatBE(i, i * 4);
  return db;
}

function timers(): Buffer {
  const memory = Buffer.alloc(64);
  memory.writeUInt16BE(0x0005, 0);
  memory.writeUInt16BE(0x2127, 10);
  memory.writeUInt16BE(0x0999, 12);
  return memory;
}

/** Snap7 takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
