import { measure, type Measurement } from './measurement.js';
import { initialState, step, type MachineCommands, type MachineState, type MachineTraits } from './process-model.js';

/** Where a machine's PLC program keeps its variables. Implemented once per protocol. */
export interface MachineMemory {
  /** What clients have written. */
  commands(): MachineCommands;
  command(commands: MachineCommands): void;
  show(measurement: Measurement): void;
}

export interface MachineDefinition {
  readonly name: string;
  readonly traits: MachineTraits;
  /** Pieces per minute that it runs at from the start. */
  readonly setpoint: number;
  readonly seed: number;
}

/** A process model and the memory through which the world sees it. */
export class Machine {
  readonly name: string;
  readonly #traits: MachineTraits;
  readonly #memory: MachineMemory;
  #state: MachineState;

  constructor({ name, traits, setpoint, seed }: MachineDefinition, memory: MachineMemory) {
    this.name = name;
    this.#traits = traits;
    this.#memory = memory;
    this.#state = initialState(traits, seed);
    memory.command({ start: true, setpoint });
    this.advance(0);
  }

  advance(dtMs: number): void {
    const commands = this.#memory.commands();
    this.#state = step(this.#state, commands, this.#traits, dtMs);
    this.#memory.show(measure(this.name, this.#state, commands, this.#traits));
  }

  describe(): MachineCommands & Measurement {
    const commands = this.#memory.commands();
    return { ...commands, ...measure(this.name, this.#state, commands, this.#traits) };
  }
}
