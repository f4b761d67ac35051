import type { ModbusMemory } from '@fieldwarden/sim-plc';
import type { MachineMemory } from './machine.js';
import { machineModes, type Measurement } from './measurement.js';
import type { MachineCommands } from './process-model.js';

const float32 = { scalar: 'float32' } as const;

/** Addresses on the wire, from 0: holding register 0 is 400001, coil 0 is 000001. */
const registers = {
  speed: 0,
  level: 2,
  temperature: 4,
  count: 6,
  mode: 8,
  alarms: 9,
  batch: 20,
  setpoint: 100,
} as const;
const batchText = { textLength: 16, textLayout: 'H' } as const;
const startCoil = 0;
const inputs = { isRunning: 0, isSupplyLow: 1 } as const;
/** Input register 0 is 300001: temperature in tenths of a degree, as older devices give it. */
const temperatureTenths = 0;

/** The variables of a packaging machine in a Modbus unit. */
export class ModbusMachineMemory implements MachineMemory {
  readonly #memory: ModbusMemory;

  constructor(memory: ModbusMemory) {
    this.#memory = memory;
  }

  commands(): MachineCommands {
    const { coils, holdingRegisters } = this.#memory;
    const setpoint = Number(holdingRegisters.getValue(registers.setpoint, float32) ?? 0);
    return { start: coils.get(startCoil), setpoint };
  }

  command({ start, setpoint }: MachineCommands): void {
    this.#memory.coils.set(startCoil, start);
    this.#memory.holdingRegisters.setValue(registers.setpoint, float32, setpoint);
  }

  show({ speed, level, temperatureC, count, isRunning, mode, alarms, batch }: Measurement): void {
    const { holdingRegisters, inputRegisters, discreteInputs } = this.#memory;
    holdingRegisters.setValue(registers.speed, float32, speed);
    holdingRegisters.setValue(registers.level, float32, level);
    holdingRegisters.setValue(registers.temperature, float32, temperatureC);
    holdingRegisters.setValue(registers.count, { scalar: 'uint32' }, count);
    holdingRegisters.set(registers.mode, machineModes.indexOf(mode), alarms);
    holdingRegisters.setValue(registers.batch, { scalar: 'string' }, batch, batchText);
    inputRegisters.set(temperatureTenths, Math.round(temperatureC * 10));
    discreteInputs.set(inputs.isRunning, isRunning);
    discreteInputs.set(inputs.isSupplyLow, (alarms & 1) === 1);
  }
}
