import { isGatewayError, type GatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadCell, openRig, point, type TestRig } from './testing/test-rig.js';

const points = [
  point('DB1.DBD0', 'float32'),
  point('DB1.DBB40', 'uint8'),
  point('DB1,STRING80.9', 'string'),
  point('DB1.DBX140.2', 'bool'),
  point('DB2.DBW0', 'int16'),
  point('MW100', 'int16'),
];
const truth = [21.5, 7, 'filler', true, -1, 1234];

async function openPlant(): Promise<TestRig> {
  const db = Buffer.alloc(200);
  db.writeFloatBE(21.5, 0);
  db[40] = 7;
  db.set([9, 6, ...Buffer.from('filler')], 80);
  db[140] = 0b100;
  const markers = Buffer.alloc(200);
  markers.writeInt16BE(1234, 100);
  const dbs = { 1: db, 2: Buffer.from([0xff, 0xff]) };
  return openRig({ dbs, markers }, { timeoutMs: 40, maxGapBytes: 0, reconnect: { initialMs: 10, maxMs: 10 } });
}

type Change = (reply: Buffer) => Buffer;

test('nonsense at any byte position: no wrong value is Good, nothing is thrown, and the next read is right again', async () => {
  await using rig = await openPlant();
  const reply = await wholeReply(rig);
  const values = valuePositions(reply);
  for (let position = 0; position < reply.length; position++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      const cells = await readWith(rig, (bytes) => withByte(bytes, position, mask));
      cells?.forEach((cell, row) => {
        if (values.get(position) !== row) expect([truth[row], badOf(cell)]).toContainEqual(cell);
      });
    }
    expect(await rig.readGood(points)).toEqual(truth);
  }
});

test('answers cut, stretched, doubled and stirred at random: the same', async () => {
  await using rig = await openPlant();
  const { length: replyBytes } = await wholeReply(rig);
  const change = fc.oneof(
    fc.nat(replyBytes).map((length): Change => (reply) => reply.subarray(0, length)),
    fc.nat(replyBytes).map((length): Change => (reply) => honest(reply.subarray(0, Math.max(7, length)))),
    fc.uint8Array({ minLength: 1, maxLength: 30 }).map((tail): Change => (reply) => Buffer.concat([reply, tail])),
    fc.uint8Array({ minLength: 1, maxLength: 30 }).map((tail): Change => (reply) => honest(Buffer.concat([reply, tail]))),
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes): Change => () => Buffer.from(bytes)),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes): Change => () => honest(Buffer.concat([Buffer.from([3, 0, 0, 0, 2, 0xf0, 0x80]), bytes]))),
    fc.constant<Change>((reply) => Buffer.concat([reply, reply])),
    fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }).map((bytes): Change => (reply) => bytes.reduce((all, [at, mask]) => withByte(all, at, mask), reply)),
  ); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(change, async (tamper) => {
      const cells = await readWith(rig, tamper);
      cells?.forEach((cell, row) => expect([truth[row], badOf(cell)]).toContainEqual(cell));
      expect(await rig.readGood(points)).toEqual(truth);
    }),
    { numRuns: 150 },
  );
});

test('nonsense in the answer to a write: done is never said of a value that is not in the CPU', async () => {
  await using rig = await openPlant();
  const setpoint = point('DB1.DBW20', 'int16');
  const missing = point('DB1.DBW500', 'int16');
  // beyond these stand the return codes, which are all there is to tell done from rejected
  for (let position = 0; position < 21; position++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      rig.plc.knobs.mangle = (reply, { type }) => (type === 'write' ? withByte(reply, position, mask) : reply);
      const outcomes = await rig.write([[setpoint, 5], [missing, 5]]).then(
        (results) => results.map(({ outcome }) => outcome),
        (error: unknown) => [known(error).writeOutcome],
      ); // prettier-ignore
      rig.plc.knobs.mangle = undefined;
      expect([['done', 'rejected'], ['unknown'], ['rejected'], ['not-sent']]).toContainEqual(outcomes);
      expect(await rig.readGood(points)).toEqual(truth);
    }
  }
});

async function wholeReply(rig: TestRig): Promise<Buffer> {
  let whole: Buffer | undefined;
  rig.plc.knobs.mangle = (reply, { type }) => {
    if (type === 'read') whole = reply;
    return reply;
  };
  expect(await rig.read(points)).toEqual(truth);
  rig.plc.knobs.mangle = undefined;
  return whole!;
}

/** Cells of one read whose first answer was tampered with; undefined if it failed as it should. */
async function readWith(rig: TestRig, change: Change): Promise<readonly unknown[] | undefined> {
  rig.plc.knobs.mangle = (reply, { type }) => {
    if (type !== 'read') return reply;
    rig.plc.knobs.mangle = undefined;
    return change(reply);
  };
  try {
    return await rig.read(points);
  } catch (error) {
    known(error);
    return undefined;
  } finally {
    rig.plc.knobs.mangle = undefined;
  }
}

function known(error: unknown): GatewayError {
  if (!isGatewayError(error)) throw error;
  expect(['protocol', 'timeout', 'unreachable', 'rejected', 'busy']).toContain(error.kind);
  return error;
}

/** Position of a value's byte → the row that it belongs to: another byte there is another value, which nobody can tell. */
function valuePositions(reply: Buffer): Map<number, number> {
  const places = new Map<number, number>();
  let at = 21;
  for (const row of points.keys()) {
    const length = reply.readUInt16BE(at + 2) >> 3;
    for (let i = 0; i < length; i++) places.set(at + 4 + i, row);
    at += 4 + length + (length & 1);
  }
  return places;
}

function withByte(reply: Buffer, position: number, mask: number): Buffer {
  const copy = Buffer.from(reply);
  if (position < copy.length) copy[position] ^= mask;
  return copy;
}

function honest(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt16BE(copy.length, 2);
  return copy;
}

/** The cell itself if it is Bad; else something that equals no cell. */
function badOf(cell: unknown): unknown {
  return cell instanceof BadCell ? cell : Symbol('not Bad');
}
