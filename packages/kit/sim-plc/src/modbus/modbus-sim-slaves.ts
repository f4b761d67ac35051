import type { Duplex } from 'node:stream';
import { ModbusCounters } from './modbus-counters.js';
import type { ModbusKnobs, ModbusServerKnobs } from './modbus-knobs.js';
import { rtuFraming } from './modbus-rtu-framing.js';
import { ModbusSimConnection } from './modbus-sim-connection.js';
import { ModbusSimUnit } from './modbus-sim-unit.js';

/**
 * Modbus RTU slaves on any stream: a serial port, one end of a pty pair, a pipe. The same units, memory, knobs and counters
 * as `ModbusSimServer`.
 *
 * ```ts
 * const slaves = new ModbusSimSlaves({ 1: {}, 2: {} });
 * slaves.attach(new SerialPort({ path: '/dev/ttyUSB1', baudRate: 19200 }));
 * ```
 */
export class ModbusSimSlaves {
  readonly counters = new ModbusCounters();
  readonly units: ReadonlyMap<number, ModbusSimUnit>;
  knobs: ModbusServerKnobs = {};

  constructor(units: Readonly<Record<number, ModbusKnobs>>) {
    this.units = unitsOf(units);
  }

  unit(id: number): ModbusSimUnit {
    const unit = this.units.get(id);
    if (unit === undefined) throw new RangeError(`this line has no unit ${id}`);
    return unit;
  }

  /** From now on answers what comes over this stream. Several streams may be attached, one after the other or at a time. */
  attach(stream: Duplex): void {
    this.counters.connectionsAccepted++;
    new ModbusSimConnection(stream, rtuFraming, this);
  }
}

export function unitsOf(knobsById: Readonly<Record<number, ModbusKnobs>>): ReadonlyMap<number, ModbusSimUnit> {
  return new Map(Object.entries(knobsById).map(([id, knobs]) => [Number(id), new ModbusSimUnit(Number(id), knobs)]));
}
