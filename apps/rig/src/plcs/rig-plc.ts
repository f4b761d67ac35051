import type { KnobName, RigKnobs } from './knobs.js';
import type { Machine } from '../machine/machine.js';

/** One simulated PLC of the rig, whatever protocol it speaks. */
export interface RigPlc extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Open connections of clients. */
  readonly connections: number;
  /** Requests that have arrived since the start, whatever became of them. */
  readonly requests: number;
  readonly knobNames: readonly KnobName[];
  readonly knobs: RigKnobs;
  /** By unit id; a PLC without units has one machine and no entry here. */
  readonly units: ReadonlyMap<number, RigUnit>;
  readonly machines: readonly Machine[];
  /** Replaces all knobs of the PLC. */
  setKnobs(knobs: RigKnobs): Promise<void>;
}

export interface RigUnit {
  readonly machine: Machine;
  readonly knobNames: readonly KnobName[];
  readonly knobs: RigKnobs;
  /** Replaces all knobs of the unit; those of the PLC apply where the unit has none. */
  setKnobs(knobs: RigKnobs): void;
}
