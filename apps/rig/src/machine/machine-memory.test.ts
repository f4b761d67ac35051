import { ModbusMemory } from '@fieldwarden/sim-plc';
import { expect, test } from 'vitest';
import type { Measurement } from './measurement.js';
import { ModbusMachineMemory } from './modbus-machine-memory.js';
import { s7MachineBytes, S7MachineMemory } from './s7-machine-memory.js';

const measurement: Measurement = {
  speed: 59.5,
  level: 24.5,
  temperatureC: 36.25,
  count: 70_001,
  isRunning: true,
  mode: 'producing',
  alarms: 3,
  batch: 'F-0141',
};

test('lays a machine out in the registers and bits of a Modbus unit', () => {
  const memory = new ModbusMemory();
  new ModbusMachineMemory(memory).show(measurement);
  const registers = memory.holdingRegisters.bytes;
  expect([0, 2, 4].map((register) => registers.readFloatBE(2 * register))).toEqual([59.5, 24.5, 36.25]);
  expect(registers.readUInt32BE(2 * 6)).toBe(70_001);
  expect([memory.holdingRegisters.get(8), memory.holdingRegisters.get(9)]).toEqual([2, 3]);
  expect(registers.subarray(40, 56).toString('latin1').replaceAll('\0', '')).toBe('F-0141');
  expect(memory.inputRegisters.get(0)).toBe(363);
  expect([0, 1, 2].map((input) => memory.discreteInputs.get(input))).toEqual([true, true, false]);
});

test('takes its commands from coil 0 and the setpoint register', () => {
  const memory = new ModbusMemory();
  const machine = new ModbusMachineMemory(memory);
  machine.command({ start: true, setpoint: 60 });
  expect(machine.commands()).toEqual({ start: true, setpoint: 60 });
  memory.coils.set(0, false);
  memory.holdingRegisters.bytes.writeFloatBE(17.5, 2 * 100);
  expect(machine.commands()).toEqual({ start: false, setpoint: 17.5 });
});

test('lays a machine out in a data block, and leaves the bit that is commanded alone', () => {
  const db = Buffer.alloc(s7MachineBytes);
  const machine = new S7MachineMemory(db);
  machine.command({ start: true, setpoint: 24 });
  machine.show(measurement);
  expect([db[0], db[1], db.readUInt16BE(2), db.readInt16BE(4), db.readInt32BE(8)]).toEqual([0b111, 2, 3, 363, 70_001]);
  expect([12, 16, 20, 24].map((offset) => db.readFloatBE(offset))).toEqual([59.5, 24, 24.5, 36.25]);
  expect([db[30], db[31], db.toString('latin1', 32, 38)]).toEqual([20, 6, 'F-0141']);
  machine.show({ ...measurement, isRunning: false, alarms: 0 });
  expect(db[0]).toBe(0b001);
});

test('takes its commands from the data block', () => {
  const db = Buffer.alloc(s7MachineBytes);
  const machine = new S7MachineMemory(db);
  db[0] |= 1;
  db.writeFloatBE(12.5, 16);
  expect(machine.commands()).toEqual({ start: true, setpoint: 12.5 });
});
