import { ModbusSimServer, type ModbusSimUnit } from '@fieldwarden/sim-plc';
import type { KnobName, RigKnobs } from './knobs.js';
import { Machine, type MachineDefinition } from '../machine/machine.js';
import { ModbusMachineMemory } from '../machine/modbus-machine-memory.js';
import type { RigPlc, RigUnit } from './rig-plc.js';

const unitKnobs: readonly KnobName[] = ['delayMs', 'silent', 'drop', 'exception', 'maxRegisters', 'splitReplies'];

/** A Modbus gateway with one machine per unit id. */
export class ModbusPlc implements RigPlc {
  readonly name = 'modbus';
  readonly knobNames: readonly KnobName[] = [...unitKnobs, 'refuse', 'maxConnections'];
  readonly units: ReadonlyMap<number, ModbusRigUnit>;
  readonly #server: ModbusSimServer;
  #knobs: RigKnobs = {};

  private constructor(server: ModbusSimServer, machines: Readonly<Record<number, MachineDefinition>>) {
    this.#server = server;
    this.units = new Map(
      Object.entries(machines).map(([id, definition]) => {
        const unit = server.unit(Number(id));
        return [unit.id, new ModbusRigUnit(unit, definition, () => this.#knobs)];
      }),
    );
  }

  static async listen(
    host: string,
    port: number,
    machines: Readonly<Record<number, MachineDefinition>>,
  ): Promise<ModbusPlc> {
    const units = Object.fromEntries(Object.keys(machines).map((id) => [id, {}]));
    return new ModbusPlc(await ModbusSimServer.listen({ host, port, units }), machines);
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): number {
    return this.#server.connections;
  }

  get requests(): number {
    return this.#server.counters.requests;
  }

  get knobs(): RigKnobs {
    return this.#knobs;
  }

  get machines(): readonly Machine[] {
    return [...this.units.values()].map(({ machine }) => machine);
  }

  async setKnobs(knobs: RigKnobs): Promise<void> {
    this.#knobs = knobs;
    this.#server.knobs = knobs.maxConnections === undefined ? {} : { maxConnections: knobs.maxConnections };
    for (const unit of this.units.values()) unit.apply();
    if (knobs.refuse) await this.#server.stop();
    else await this.#server.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}

class ModbusRigUnit implements RigUnit {
  readonly machine: Machine;
  readonly knobNames = unitKnobs;
  readonly #unit: ModbusSimUnit;
  readonly #ofPlc: () => RigKnobs;
  #own: RigKnobs = {};

  constructor(unit: ModbusSimUnit, definition: MachineDefinition, ofPlc: () => RigKnobs) {
    this.#unit = unit;
    this.#ofPlc = ofPlc;
    this.machine = new Machine(definition, new ModbusMachineMemory(unit.memory));
  }

  get knobs(): RigKnobs {
    return this.#own;
  }

  setKnobs(knobs: RigKnobs): void {
    this.#own = knobs;
    this.apply();
  }

  /** Hands the knobs in force to the simulated unit. */
  apply(): void {
    const { delayMs, silent, drop, exception, maxRegisters, splitReplies } = { ...this.#ofPlc(), ...this.#own };
    this.#unit.knobs = {
      ...(delayMs !== undefined && { delayMs }),
      ...(silent !== undefined && { silent }),
      ...(drop !== undefined && { dropOnRequest: drop }),
      ...(exception !== undefined && { exceptionCode: exception }),
      ...(maxRegisters !== undefined && { maxRegisters }),
      ...(splitReplies !== undefined && { splitReplies }),
    };
  }
}
