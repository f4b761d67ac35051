import { draw } from './noise.js';
import { targetSpeed, type MachineCommands, type MachineState, type MachineTraits } from './process-model.js';

export const machineModes = ['stopped', 'speeding-up', 'producing', 'slowing-down'] as const;

export type MachineMode = (typeof machineModes)[number];

/** What the machine's sensors and its PLC program make of the truth. */
export interface Measurement {
  /** Pieces per minute, ±0.3 while it moves. */
  readonly speed: number;
  /** Percent, ±0.1. */
  readonly level: number;
  /** °C, ±0.15. */
  readonly temperatureC: number;
  readonly count: number;
  readonly isRunning: boolean;
  readonly mode: MachineMode;
  /** Bit 0: supply low, bit 1: hot. */
  readonly alarms: number;
  /** A new one every 500 pieces: `F-0001`. */
  readonly batch: string;
}

const piecesPerBatch = 500;
const lowLevel = 25;
const hotC = 55;

export function measure(
  name: string,
  state: MachineState,
  commands: MachineCommands,
  traits: MachineTraits,
): Measurement {
  const first = draw(state.noise);
  const second = draw(first.next);
  const third = draw(second.next);
  const isRunning = state.speed > 0;
  return {
    speed: isRunning ? Math.max(0, state.speed + 0.3 * first.value) : 0,
    level: Math.max(0, Math.min(100, state.level + 0.1 * second.value)),
    temperatureC: state.temperatureC + 0.15 * third.value,
    count: state.count,
    isRunning,
    mode: modeOf(state.speed, targetSpeed(commands, traits)),
    alarms: (state.level < lowLevel ? 1 : 0) | (state.temperatureC > hotC ? 2 : 0),
    batch: batchName(name, state.count),
  };
}

function modeOf(speed: number, target: number): MachineMode {
  if (speed < target) return 'speeding-up';
  if (speed > target) return 'slowing-down';
  return speed > 0 ? 'producing' : 'stopped';
}

function batchName(name: string, count: number): string {
  const number = (Math.floor(count / piecesPerBatch) % 9_999) + 1;
  return `${name[0].toUpperCase()}-${String(number).padStart(4, '0')}`;
}
