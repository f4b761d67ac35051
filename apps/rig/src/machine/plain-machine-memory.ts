import type { MachineMemory } from './machine.js';
import type { Measurement } from './measurement.js';
import type { MachineCommands } from './process-model.js';

/** The variables of a machine whose control speaks in messages. */
export class PlainMachineMemory implements MachineMemory {
  #commands: MachineCommands = { start: false, setpoint: 0 };
  #measurement: Measurement | undefined;

  get measurement(): Measurement {
    if (!this.#measurement) throw new Error('nothing was measured yet');
    return this.#measurement;
  }

  commands(): MachineCommands {
    return this.#commands;
  }

  command(commands: MachineCommands): void {
    this.#commands = commands;
  }

  show(measurement: Measurement): void {
    this.#measurement = measurement;
  }
}
