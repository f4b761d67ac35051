import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModbusSimServer } from './modbus-sim-server.js';

let plc: ModbusSimServer;
let client: Socket;

beforeEach(async () => {
  plc = await ModbusSimServer.listen({ units: { 1: {}, 7: {} } });
  client = connect(plc.port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(client, 'connect');
});

afterEach(async () => {
  client.destroy();
  await plc.close();
});

/** Sends a PDU to a unit with transaction id 0x1234 and returns the next bytes as hexadecimal. */
async function ask(unitId: number, pduHex: string, replies = 1): Promise<string> {
  const pdu = Buffer.from(pduHex, 'hex');
  const header = Buffer.from([0x12, 0x34, 0, 0, 0, pdu.length + 1, unitId]);
  const reply = receive(replies);
  client.write(Buffer.concat([header, pdu]));
  return reply;
}

async function receive(frames: number): Promise<string> {
  let received = Buffer.alloc(0);
  while (countFrames(received) < frames) {
    const [chunk] = (await once(client, 'data')) as [Buffer];
    received = Buffer.concat([received, chunk]);
  }
  return received.toString('hex');
}

/** `once` would reject with the reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

function countFrames(bytes: Buffer): number {
  if (bytes.length < 6 || bytes.length < 6 + bytes.readUInt16BE(4)) return 0;
  return 1 + countFrames(bytes.subarray(6 + bytes.readUInt16BE(4)));
}

describe('ModbusSimServer', () => {
  it.each([
    // the examples of Modbus Application Protocol V1.1b3, section 6
    ['FC1', '0100130013', '0103cd6b05'],
    ['FC2', '0200c40016', '0203acdb35'],
    ['FC3', '03006b0003', '0306022b00000064'],
    ['FC4', '0400080001', '0402000a'],
    ['FC5', '0500acff00', '0500acff00'],
    ['FC6', '0600010003', '0600010003'],
    ['FC15', '0f0013000a02cd01', '0f0013000a'],
    ['FC16', '100001000204000a0102', '1000010002'],
    ['FC22', '16000400f20025', '16000400f20025'],
  ])("answers %s as in the specification's example", async (_name, request, expected) => {
    const { coils, discreteInputs, inputRegisters, holdingRegisters } = plc.unit(1).memory;
    coils.unpack(0x13, 19, Buffer.from('cd6b05', 'hex'), 0);
    discreteInputs.unpack(0xc4, 22, Buffer.from('acdb35', 'hex'), 0);
    holdingRegisters.set(0x6b, 0x022b, 0, 0x64);
    inputRegisters.set(8, 0x0a);
    holdingRegisters.set(4, 0x12);
    const length = (expected.length / 2 + 1).toString(16).padStart(4, '0');
    expect(await ask(1, request)).toBe(`12340000${length}01${expected}`);
  });

  it('carries writes out, in the memory of the unit asked and of no other', async () => {
    plc.unit(1).memory.holdingRegisters.set(4, 0x12);
    await ask(1, '16000400f20025');
    await ask(7, '100001000204000a0102');
    await ask(1, '0f0013000a02cd01');
    await ask(1, '0500acff00');
    expect(plc.unit(1).memory.holdingRegisters.get(4)).toBe(0x17);
    expect(plc.unit(1).memory.holdingRegisters.get(1)).toBe(0);
    expect(plc.unit(7).memory.holdingRegisters.get(2)).toBe(0x0102);
    expect(plc.unit(1).memory.coils.get(0x13)).toBe(true);
    expect(plc.unit(1).memory.coils.get(0x14)).toBe(false);
    expect(plc.unit(1).memory.coils.get(0xac)).toBe(true);
  });

  it.each([
    ['an unknown function', '2b0e0100', 'ab01'],
    ['126 registers', '030000007e', '8303'],
    ['no register', '0300000000', '8303'],
    ['2001 coils', '01000007d1', '8103'],
    ['registers beyond the last', '03fff00011', '8302'],
    ['a coil that is neither on nor off', '0500000001', '8503'],
    ['a byte count that contradicts the count', '1000000002020000', '9003'],
    ['a hole', '03001d0005', '8302'],
  ])('refuses %s', async (_what, request, expected) => {
    plc.unit(1).knobs.holes = [{ area: 'holdingRegisters', start: 0x20, count: 1 }];
    expect(await ask(1, request)).toMatch(new RegExp(`01${expected}$`));
  });

  it('answers up to a hole and behind it', async () => {
    plc.unit(1).knobs.holes = [{ area: 'holdingRegisters', start: 0x20, count: 1 }];
    expect(await ask(1, '03001e0002')).toMatch(/01030400000000$/);
    expect(await ask(1, '0300210001')).toMatch(/0103020000$/);
  });

  it('misbehaves about single addresses when told to', async () => {
    const spot = { area: 'holdingRegisters', start: 0x20, count: 1 } as const;
    plc.unit(1).knobs.spots = [{ ...spot, knobs: { exceptionCode: 4 } }];
    expect(await ask(1, '03001f0001')).toBe('1234000000050103020000');
    expect(await ask(1, '03001f0002')).toBe('123400000003018304');
    plc.unit(1).knobs.spots = [{ ...spot, knobs: { surplus: 1 } }];
    expect(await ask(1, '0300200001')).toBe('12340000000701030400000000');
    plc.unit(1).knobs.spots = [{ ...spot, knobs: { surplus: -1 } }];
    expect(await ask(1, '0300200001')).toBe('123400000003010300');
    plc.unit(1).knobs = { spots: [{ ...spot, knobs: { hangUpOnRequest: true } }] };
    client.write(Buffer.from('1234000000060103002000' + '01', 'hex'));
    await closed(client);
  });

  it('closes the connection after an answer when told to', async () => {
    plc.unit(1).knobs.hangUpAfterReply = true;
    expect(await ask(1, '0300200001')).toBe('1234000000050103020000');
    await closed(client);
  });

  it('counts requests by unit and function, and logs the writes', async () => {
    plc.counters.watchReads(1, 3, 0);
    await ask(1, '0300000001');
    await ask(7, '0300000001');
    await ask(1, '0300000001');
    await ask(1, '0600050009');
    expect(Object.fromEntries(plc.counters.requestsByUnit)).toEqual({ 1: 3, 7: 1 });
    expect(Object.fromEntries(plc.counters.requestsByFunction)).toEqual({ 3: 3, 6: 1 });
    expect(plc.counters.readTimesMs(1, 3, 0)).toHaveLength(2);
    expect(plc.counters.writes).toMatchObject([{ unitId: 1, functionCode: 6, start: 5, count: 1 }]);
  });

  it.each([
    ['transactionIdOffset', { transactionIdOffset: -1 }, '1233000000050103020000'],
    ['replyUnitId', { replyUnitId: 9 }, '1234000000050903020000'],
    ['repeatReply', { repeatReply: true }, '1234000000050103020000'.repeat(2)],
    ['trailer', { trailer: Uint8Array.of(0xff) }, '1234000000050103020000ff'],
    ['garbage', { garbage: Uint8Array.of(0, 0, 0, 0, 0, 1, 0xaa) }, '000000000001aa'],
    ['exceptionCode', { exceptionCode: 6 }, '123400000003018306'],
    ['splitReplies', { splitReplies: true }, '1234000000050103020000'],
    ['delayMs', { delayMs: 5 }, '1234000000050103020000'],
  ])('turns the knob %s for one request only', async (_name, knobs, expected) => {
    plc.unit(1).once(knobs);
    expect(await ask(1, '0300000001')).toBe(expected);
    expect(await ask(1, '0300000001')).toMatch(/1234000000050103020000$/);
  });

  it('sends two answers in one segment when told to hold the first back', async () => {
    plc.unit(1).knobs = { mergeReplies: true };
    const pdu = '0300000001';
    const two = receive(2);
    client.write(Buffer.from(`000100000006 01${pdu}000200000006 01${pdu}`.replaceAll(' ', ''), 'hex'));
    expect(await two).toBe('0001000000050103020000' + '0002000000050103020000');
  });

  it.each([{ silent: true }, { swallowReply: true }])('stays silent with %o and goes on afterwards', async (knobs) => {
    plc.unit(1).once(knobs);
    const reply = ask(1, '0600050009');
    client.write(Buffer.from('4321000000060103000500' + '01', 'hex'));
    expect(await reply).toBe(`432100000005010302${'swallowReply' in knobs ? '0009' : '0000'}`);
  });

  it.each([{ dropOnRequest: true }, { dropAfterRequest: true }])('cuts the connection with %o', async (knobs) => {
    plc.unit(1).once(knobs);
    client.write(Buffer.from('123400000006010600050009', 'hex'));
    await closed(client);
    expect(plc.unit(1).memory.holdingRegisters.get(5)).toBe('dropAfterRequest' in knobs ? 9 : 0);
  });

  it.each([
    [{ refuseConnections: true }, 1],
    [{ maxConnections: 1 }, 1],
  ])('refuses a connection with %o', async (knobs, refused) => {
    plc.knobs = knobs;
    const second = connect(plc.port, '127.0.0.1');
    second.on('error', () => undefined);
    await closed(second);
    expect(plc.counters.connectionsRefused).toBe(refused);
  });

  it('answers for a unit that is not there as a gateway does', async () => {
    expect(await ask(99, '0300000001')).toBe('12340000000363830b');
    plc.knobs = { unknownUnit: 'path-unavailable' };
    expect(await ask(99, '0300000001')).toBe('12340000000363830a');
  });

  it('comes back on the same port with its memory', async () => {
    plc.unit(1).memory.holdingRegisters.set(0, 42);
    const { port } = plc;
    await plc.stop();
    await plc.start();
    expect(plc.port).toBe(port);
    client.destroy();
    client = connect(plc.port, '127.0.0.1');
    expect(await ask(1, '0300000001')).toMatch(/002a$/);
  });
});
