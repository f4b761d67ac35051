export type WaveShape = 'sine' | 'ramp' | 'triangle' | 'square' | 'random' | 'counter';

/** A number as a function of time. */
export interface Wave {
  readonly shape: WaveShape;
  /** Of one repetition; of one step for `random` and `counter`. */
  readonly periodMs: number;
  /** sine, triangle, random: furthest distance from `offset` · ramp, square: height above it · counter: step. */
  readonly amplitude: number;
  readonly offset: number;
  /** Shift in periods: 0.25 is a quarter ahead. */
  readonly phase: number;
  /** Of `random`: the same seed gives the same curve. */
  readonly seed: number;
  /** Of `counter`: starts again from `offset` after that many steps. */
  readonly modulo: number | undefined;
}

/** The wave's value after `elapsedMs`. `shift` moves it on by a share of a period, for the elements of an array. */
export function waveAt(
  { shape, periodMs, amplitude, offset, phase, seed, modulo }: Wave,
  elapsedMs: number,
  shift = 0,
): number {
  const turns = elapsedMs / periodMs + phase + shift;
  switch (shape) {
    case 'sine':
      return offset + amplitude * Math.sin(2 * Math.PI * turns);
    case 'ramp':
      return offset + amplitude * fraction(turns);
    case 'triangle':
      return offset + amplitude * triangle(turns);
    case 'square':
      return fraction(turns) < 0.5 ? offset + amplitude : offset;
    case 'random':
      return offset + amplitude * wander(turns, seed);
    case 'counter':
      return offset + amplitude * steps(turns, modulo);
  }
}

/** Position within the period, 0 ≤ fraction < 1, also for negative times. */
function fraction(turns: number): number {
  return turns - Math.floor(turns);
}

/** From 0 up to 1, down to −1 and back, as a sine does. */
function triangle(turns: number): number {
  const quarter = fraction(turns + 0.25);
  return quarter < 0.5 ? 4 * quarter - 1 : 3 - 4 * quarter;
}

function steps(turns: number, modulo: number | undefined): number {
  const count = Math.floor(turns);
  return modulo === undefined ? count : count - modulo * Math.floor(count / modulo);
}

/** A smooth walk within ±1: random heights, one per period, with easing between them. */
function wander(turns: number, seed: number): number {
  const step = Math.floor(turns);
  const eased = 0.5 - 0.5 * Math.cos(Math.PI * (turns - step));
  return height(step, seed) * (1 - eased) + height(step + 1, seed) * eased;
}

/** Uniform in [−1, 1), from an integer hash (splitmix-like), so that any point of the walk is known without its past. */
function height(step: number, seed: number): number {
  let h = Math.imul(step ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(seed + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return ((h ^ (h >>> 15)) >>> 0) / 0x8000_0000 - 1;
}
