import type { ModbusHole, ModbusKnobs } from './modbus-knobs.js';
import { ModbusMemory } from './modbus-memory.js';
import { functionRules, type SimModbusRequest } from './modbus-protocol.js';

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
  takeKnobs(request: SimModbusRequest): ModbusKnobs {
    const once = this.#once.shift();
    const spot = this.knobs.spots?.find((one) => isTouched(one, request));
    return once === undefined && spot === undefined ? this.knobs : { ...this.knobs, ...spot?.knobs, ...once };
  }
}

function isTouched(spot: ModbusHole, { functionCode, start, count }: SimModbusRequest): boolean {
  return (
    functionRules[functionCode]?.area === spot.area && start < spot.start + spot.count && spot.start < start + count
  );
}
