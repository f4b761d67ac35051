import type { MachineMemory } from './machine.js';
import { machineModes, type Measurement } from './measurement.js';
import type { MachineCommands } from './process-model.js';

/** Bytes of the data block, as plant.yaml addresses them. */
const offsets = {
  bits: 0, // X0.0 start, X0.1 running, X0.2 supply low
  mode: 1, // BYTE
  alarms: 2, // WORD
  temperatureTenths: 4, // INT
  count: 8, // DINT
  speed: 12, // REAL
  setpoint: 16, // REAL
  level: 20, // REAL
  temperature: 24, // REAL
  batch: 30, // STRING[20]
} as const;

const startBit = 1;
const runningBit = 2;
const supplyLowBit = 4;
const batchLength = 20;

/** Large enough for the variables, with room to read past them. */
export const s7MachineBytes = 64;

/** The variables of a machine in a data block. */
export class S7MachineMemory implements MachineMemory {
  readonly #db: Buffer;

  constructor(db: Buffer) {
    this.#db = db;
    db[offsets.batch] = batchLength;
  }

  commands(): MachineCommands {
    return {
      start: (this.#db[offsets.bits] & startBit) !== 0,
      setpoint: this.#db.readFloatBE(offsets.setpoint),
    };
  }

  command({ start, setpoint }: MachineCommands): void {
    this.#setBit(startBit, start);
    this.#db.writeFloatBE(setpoint, offsets.setpoint);
  }

  show({ speed, level, temperatureC, count, isRunning, mode, alarms, batch }: Measurement): void {
    const db = this.#db;
    this.#setBit(runningBit, isRunning);
    this.#setBit(supplyLowBit, (alarms & 1) === 1);
    db[offsets.mode] = machineModes.indexOf(mode);
    db.writeUInt16BE(alarms, offsets.alarms);
    db.writeInt16BE(Math.round(temperatureC * 10), offsets.temperatureTenths);
    db.writeInt32BE(count, offsets.count);
    db.writeFloatBE(speed, offsets.speed);
    db.writeFloatBE(level, offsets.level);
    db.writeFloatBE(temperatureC, offsets.temperature);
    // STRING: longest length, present length, characters
    db[offsets.batch + 1] = db.write(batch.slice(0, batchLength), offsets.batch + 2, 'latin1');
  }

  #setBit(mask: number, on: boolean): void {
    const before = this.#db[offsets.bits];
    this.#db[offsets.bits] = on ? before | mask : before & ~mask;
  }
}
