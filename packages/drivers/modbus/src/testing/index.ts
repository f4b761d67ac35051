import { parseDataType, type TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { ModbusSimServer, type ModbusSimUnit } from '@fieldwarden/sim-plc';
import type { ContractDevice, DriverContractFixture, ReadablePoint } from '@fieldwarden/testkit/contract-suite';
import modbusDriver from '../driver.js';
import modbusRtuDriver from '../rtu-driver.js';
import { SerialSlaves } from './serial-slaves.js';

export { PtyPair } from './pty-pair.js';
export { SerialSlaves } from './serial-slaves.js';

/** A simulated gateway with two units, of which the contract suite talks to one. */
export const modbusContract: DriverContractFixture = { definition: modbusDriver, start: () => startServer('tcp') };

/** The same behind a serial device server. */
export const rtuOverTcpContract: DriverContractFixture = {
  definition: modbusDriver,
  start: () => startServer('rtu-over-tcp'),
};

/** The same on a serial line: a pty pair. */
export const modbusRtuContract: DriverContractFixture = { definition: modbusRtuDriver, start: startLine };

function point(address: string, type: string): Point {
  return { path: `line/${address}`, address, type: parseDataType(type)! };
}

function entry(address: string, type: string, expected: TagValue): ReadablePoint {
  return { point: point(address, type), expected };
}

/** Does not exist in the unit; between points that do, so that a coalesced read has to be split. */
const hole = { area: 'holdingRegisters', start: 20, count: 2 } as const;

const units = { 1: { holes: [hole] }, 2: {} };

const reconnect = { initialMs: 20, maxMs: 50 };

async function startServer(transport: 'tcp' | 'rtu-over-tcp'): Promise<ContractDevice> {
  const server = await ModbusSimServer.listen({ units, framing: transport === 'tcp' ? 'tcp' : 'rtu' });
  return {
    ...entriesFor(server.unit(1)),
    options: { host: '127.0.0.1', port: server.port, transport, timeoutMs: 300, reconnect },
    vanish: () => server.stop(),
    comeBack: () => server.start(),
    writesSeen: () => server.counters.writes.length,
    connectionsSeen: () => server.counters.connectionsAccepted,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function startLine(): Promise<ContractDevice> {
  const line = await SerialSlaves.start(units);
  return {
    ...entriesFor(line.slaves.unit(1)),
    options: { port: line.path, baudRate: 19_200, timeoutMs: 600, reconnect },
    vanish: () => line.unplug(),
    comeBack: () => line.plug(),
    writesSeen: () => line.slaves.counters.writes.length,
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
  };
}

/** Fills the unit and says what is there to be read and written. */
function entriesFor(unit: ModbusSimUnit): Omit<ContractDevice, 'options' | typeof Symbol.asyncDispose> {
  const { coils, discreteInputs, holdingRegisters, inputRegisters } = unit.memory;
  holdingRegisters.setValue(0, { scalar: 'float32' }, 12.5);
  holdingRegisters.setValue(2, { scalar: 'int64' }, -5_000_000_000_000n);
  holdingRegisters.setValue(10, { scalar: 'string' }, 'filler', { textLength: 10 });
  holdingRegisters.setValue(22, { scalar: 'uint16', arrayLength: 3 }, [1, 2, 65535]);
  holdingRegisters.set(30, 0b0010_0000);
  inputRegisters.set(7, 0x8000);
  coils.set(0, true, false, true);
  discreteInputs.set(4, true);
  return {
    devices: [
      { id: 'filler', options: { unitId: 1 } },
      { id: 'capper', options: { unitId: 2 } },
    ],
    deviceId: 'filler',
    spareDevice: { id: 'spare', options: { unitId: 1 } },
    otherOptions: { unitId: 1, interRequestDelayMs: 1 },
    readable: [
      entry('400001', 'float32', 12.5),
      entry('400003', 'int64', -5_000_000_000_000n),
      entry('400011.10H', 'string', 'filler'),
      entry('400023', 'uint16[3]', [1, 2, 65535]),
      entry('400031.5', 'bool', true),
      entry('300008', 'int16', -32768),
      entry('000001', 'bool[3]', [true, false, true]),
      entry('100005', 'bool', true),
    ],
    writable: [
      { point: point('400041', 'float32'), value: -1.25 },
      { point: point('400043', 'uint16'), value: 77 },
      { point: point('000011', 'bool'), value: true },
      { point: point('400050.3', 'bool'), value: true },
      { point: point('400060.8L', 'string'), value: 'abc' },
    ],
    rejected: { point: point('400021', 'uint16'), value: 5 },
    missing: point('400021', 'uint16'),
    unparsable: point('the temperature', 'float32'),
    silence: () => void (unit.knobs.silent = true),
    unsilence: () => void (unit.knobs.silent = false),
    ignoreFirst: () =>
      void (unit.knobs.spots = [{ area: 'holdingRegisters', start: 0, count: 2, knobs: { silent: true } }]),
  };
}
