import type { DataType } from '@fieldwarden/core';
import { parseDataType } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { s7ReturnCodes, S7SimServer, type S7SimItem } from '@fieldwarden/sim-plc';
import type { ContractDevice, DriverContractFixture } from '@fieldwarden/testkit/contract-suite';
import s7Driver from '../driver.js';

/** DB1 of the fixture ends here. */
const dbBytes = 128;
/** A write to this byte is refused by the simulated CPU. */
const protectedByte = 100;

/** The S7 driver and a simulated CPU, for the driver contract suite. */
export const s7Contract: DriverContractFixture = {
  definition: s7Driver,
  start: startDevice,
};

async function startDevice(): Promise<ContractDevice> {
  const plc = await S7SimServer.listen({ dbs: { 1: filledDb() }, knobs: { itemError: protect } });
  plc.memory.markers.writeInt16BE(-77, 4);
  return {
    options: optionsFor(plc.port),
    devices: [{ id: 'cpu', options: {} }],
    deviceId: 'cpu',
    refusedDevices: [
      { id: 'cpu', options: {} },
      { id: 'second', options: {} },
    ],
    readable: [
      { point: point('DB1.DBD0', 'float32'), expected: 21.5 },
      { point: point('DB1,INT4', 'int16'), expected: -1234 },
      { point: point('DB1.DBX6.3', 'bool'), expected: true },
      { point: point('DB1,STRING20.10', 'string'), expected: 'filler' },
      { point: point('DB1,DINT8.2', 'int32[2]'), expected: [1, -2] },
      { point: point('DB1,LINT40', 'int64'), expected: -5_000_000_000n },
      { point: point('MW4', 'int16'), expected: -77 },
    ],
    writable: [
      { point: point('DB1,REAL48', 'float32'), value: 3.25 },
      { point: point('DB1,BOOL52.7', 'bool'), value: true },
      { point: point('DB1,STRING60.12', 'string'), value: 'label' },
      { point: point('MD8', 'uint32'), value: 4_000_000_000 },
    ],
    rejected: { point: point(`DB1.DBB${protectedByte}`, 'uint8'), value: 7 },
    missing: point('DB1.DBD400', 'float32'),
    unparsable: point('DB1.REAL', 'float32'),
    silence: () => void (plc.knobs.silent = true),
    unsilence: () => void (plc.knobs.silent = false),
    ignoreFirst: () => void (plc.knobs.spots = [{ db: 1, start: 0, byteLength: 4, does: 'silence' }]),
    vanish: () => plc.close(),
    comeBack: () => plc.start(),
    writesSeen: () => plc.counters.itemsWritten,
    connectionsSeen: () => plc.counters.connections,
    [Symbol.asyncDispose]: () => plc.close(),
  };
}

function filledDb(): Buffer {
  const db = Buffer.alloc(dbBytes);
  db.writeFloatBE(21.5, 0);
  db.writeInt16BE(-1234, 4);
  db[6] = 0b0000_1000;
  db.writeInt32BE(1, 8);
  db.writeInt32BE(-2, 12);
  db.set([10, 6, ...Buffer.from('filler')], 20);
  db.writeBigInt64BE(-5_000_000_000n, 40);
  db.set([12, 0], 60);
  return db;
}

function protect({ area, start }: S7SimItem, access: 'read' | 'write'): number | undefined {
  return access === 'write' && area === 0x84 && start === protectedByte ? s7ReturnCodes.accessDenied : undefined;
}

function optionsFor(port: number): unknown {
  return { host: '127.0.0.1', port, timeoutMs: 300, connectTimeoutMs: 500, reconnect: { initialMs: 20, maxMs: 100 } };
}

function point(address: string, type: string): Point {
  return { path: `test/${address}`, address, type: parseDataType(type) as DataType };
}
