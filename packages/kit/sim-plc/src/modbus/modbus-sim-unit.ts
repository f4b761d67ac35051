import type { ModbusKnobs } from './modbus-knobs.js';
import { ModbusMemory } from './modbus-memory.js';

/** One unit behind the server: its memory and its misbehaviour. */
export class ModbusSimUnit {
  readonly id: number;
  readonly memory = new ModbusMemory();
  /** In force until changed. Assign a whole object or single fields. */
  knobs: ModbusKnobs = {};
  readonly #once: ModbusKnobs[] = [];

  constructor(id: number, knobs: ModbusKnobs = {}) {
    this.id = id;
    this.knobs = { ...knobs };
  }

  /** These knobs apply to the next request only (several calls: to the next ones, in order) and go before `knobs`. */
  once(knobs: ModbusKnobs): void {
    this.#once.push(knobs);
  }

  /** The knobs of the request that is about to be answered. */
  takeKnobs(): ModbusKnobs {
    const once = this.#once.shift();
    return once === undefined ? this.knobs : { ...this.knobs, ...once };
  }
}
