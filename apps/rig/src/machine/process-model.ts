import { draw, type NoiseSeed } from './noise.js';

/** How one kind of machine behaves. Speeds are pieces per minute. */
export interface MachineTraits {
  readonly maxSpeed: number;
  /** Change of speed per second. */
  readonly rampPerSecond: number;
  /** Percent of the supply that a piece takes. */
  readonly levelPerPiece: number;
  /** Percent of the supply per second that flows in while it is refilled. */
  readonly refillPerSecond: number;
  readonly ambientC: number;
  /** Degrees above ambient, once settled, per piece per minute. */
  readonly heatPerSpeed: number;
  /** Time constant of the temperature. */
  readonly thermalMs: number;
}

/** What an operator sets. */
export interface MachineCommands {
  readonly start: boolean;
  /** Pieces per minute. */
  readonly setpoint: number;
}

/** A machine at one moment: the truth, not the measurement. */
export interface MachineState {
  /** Pieces per minute. */
  readonly speed: number;
  /** Supply (product, caps, labels, oil), percent. */
  readonly level: number;
  readonly isRefilling: boolean;
  readonly temperatureC: number;
  /** Pieces made, and what there is of the next one. Starts again from 0 at 2³¹, so that it fits a DINT. */
  readonly count: number;
  readonly partialPiece: number;
  readonly noise: NoiseSeed;
}

const refillBelow = 20;
const refillUntil = 90;
const countLimit = 2 ** 31;

export function initialState(traits: MachineTraits, noise: NoiseSeed): MachineState {
  return {
    speed: 0,
    level: 80,
    isRefilling: false,
    temperatureC: traits.ambientC,
    count: 0,
    partialPiece: 0,
    noise,
  };
}

/** The machine `dtMs` later. Pure; commands may be anything that a client managed to write. */
export function step(
  state: MachineState,
  commands: MachineCommands,
  traits: MachineTraits,
  dtMs: number,
): MachineState {
  const speed = nextSpeed(state.speed, commands, traits, dtMs);
  const pieces = (((state.speed + speed) / 2) * dtMs) / 60_000;
  return {
    speed,
    ...nextCount(state, pieces),
    ...nextLevel(state, pieces * traits.levelPerPiece, (traits.refillPerSecond * dtMs) / 1_000),
    temperatureC: nextTemperature(state.temperatureC, traits.ambientC + traits.heatPerSpeed * speed, dtMs, traits),
    noise: draw(state.noise).next,
  };
}

/** The speed that the machine is heading for. */
export function targetSpeed({ start, setpoint }: MachineCommands, { maxSpeed }: MachineTraits): number {
  return start && setpoint > 0 ? Math.min(setpoint, maxSpeed) : 0;
}

function nextSpeed(speed: number, commands: MachineCommands, traits: MachineTraits, dtMs: number): number {
  const target = targetSpeed(commands, traits);
  const possible = (traits.rampPerSecond * dtMs) / 1_000;
  if (Math.abs(target - speed) <= possible) return target;
  return speed + Math.sign(target - speed) * possible;
}

function nextCount({ count, partialPiece }: MachineState, pieces: number) {
  const made = partialPiece + pieces;
  return { count: (count + Math.floor(made)) % countLimit, partialPiece: made - Math.floor(made) };
}

/** Refilled from below 20 % until 90 %. */
function nextLevel({ level, isRefilling }: MachineState, taken: number, refilled: number) {
  const next = Math.max(0, Math.min(100, level - taken + (isRefilling ? refilled : 0)));
  return { level: next, isRefilling: isRefilling ? next < refillUntil : next < refillBelow };
}

function nextTemperature(temperatureC: number, settledC: number, dtMs: number, { thermalMs }: MachineTraits): number {
  return temperatureC + (settledC - temperatureC) * (1 - Math.exp(-dtMs / thermalMs));
}
