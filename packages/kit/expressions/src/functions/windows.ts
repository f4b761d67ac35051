import { isBad, statusCodes } from '@fieldwarden/core';
import type { Frame } from '../run/frame.js';
import { stateOf } from './define.js';
import { lookingAt } from './looking-at.js';
import type { FunctionDefinition, Parameter } from './function-definition.js';

/** Parts that a window is divided into once more values came than that: its memory is bounded. */
const mostParts = 240;

/** A stretch of time within a window. */
interface Part {
  fromMs: number;
  /** Area below the values, value × ms; each holds until the next. */
  area: number;
  /** ms with a usable value. */
  coveredMs: number;
  min: number;
  max: number;
  /** Of the values that came. */
  sum: number;
  count: number;
}

interface WindowState {
  parts: Part[];
  /** Up to here the value is in the parts. */
  untilMs: number;
  /** What holds since then; null while there is none. */
  value: number | null;
}

const longestMs = 24 * 3_600_000;

const parameters: readonly Parameter[] = [
  { name: 'x', type: 'number' },
  { name: 'window', type: 'duration', constant: true },
];

/** A figure over the last while: each value holds until the next one, a Bad one leaves a gap. Its result moves with time. */
function overWindow(
  name: string,
  summary: string,
  figure: (parts: readonly Part[], frame: Frame) => number | undefined,
): FunctionDefinition {
  return {
    name,
    group: 'windows',
    summary,
    parameters,
    returns: 'float',
    resultType: () => 'float',
    remembers: true,
    check: ([, windowMs]) =>
      windowMs === undefined || ((windowMs as number) >= 1 && (windowMs as number) <= longestMs)
        ? undefined
        : { argument: 1, message: 'a window is 1ms to 24h long' },
    build: ([{ evaluate }, { constant }], slot) => {
      const windowMs = constant as number;
      const state = stateOf<WindowState>(slot, () => ({ parts: [], untilMs: 0, value: null }));
      return lookingAt(evaluate, (frame, value, status) => {
        advance(state, frame.nowMs, windowMs, isBad(status) ? null : Number(value));
        if (state.value !== null || state.parts.length > 0)
          frame.wake(frame.nowMs + Math.max(100, windowMs / mostParts));
        const result = figure(state.parts, frame);
        if (result !== undefined && Number.isFinite(result)) return result;
        frame.meet(statusCodes.BadNoData);
        return 0;
      });
    },
  };
}

/** Enters the time since the last evaluation, then the present value. */
function advance(state: WindowState, nowMs: number, windowMs: number, value: number | null): void {
  if (nowMs < state.untilMs) state.parts = []; // the clock was set back: what was before is not comparable
  const { parts } = state;
  if (state.value !== null && nowMs > state.untilMs) {
    const fromMs = Math.max(state.untilMs, nowMs - windowMs);
    hold(partAt(parts, fromMs, windowMs), state.value, nowMs - fromMs);
  }
  if (value !== null) {
    const part = partAt(parts, nowMs, windowMs);
    part.min = Math.min(part.min, value);
    part.max = Math.max(part.max, value);
    if (value !== state.value || state.untilMs !== nowMs) {
      part.sum += value;
      part.count += 1;
    }
  }
  state.value = value;
  state.untilMs = nowMs;
  while (parts.length > 0 && parts[0].fromMs + windowMs / mostParts <= nowMs - windowMs) parts.shift();
}

function partAt(parts: Part[], atMs: number, windowMs: number): Part {
  const last = parts.at(-1);
  if (last && atMs - last.fromMs < windowMs / mostParts) return last;
  const part: Part = { fromMs: atMs, area: 0, coveredMs: 0, min: Infinity, max: -Infinity, sum: 0, count: 0 };
  parts.push(part);
  return part;
}

function hold(part: Part, value: number, forMs: number): void {
  part.area += value * forMs;
  part.coveredMs += forMs;
  part.min = Math.min(part.min, value);
  part.max = Math.max(part.max, value);
}

const total = (parts: readonly Part[], of: (part: Part) => number): number =>
  parts.reduce((sum, part) => sum + of(part), 0);

function average(parts: readonly Part[]): number | undefined {
  const coveredMs = total(parts, (part) => part.coveredMs);
  if (coveredMs > 0) return total(parts, ({ area }) => area) / coveredMs;
  const count = total(parts, (part) => part.count);
  return count > 0 ? total(parts, ({ sum }) => sum) / count : undefined;
}

const least = (parts: readonly Part[]): number | undefined =>
  parts.length > 0 ? parts.reduce((best, { min }) => Math.min(best, min), Infinity) : undefined;

const greatest = (parts: readonly Part[]): number | undefined =>
  parts.length > 0 ? parts.reduce((best, { max }) => Math.max(best, max), -Infinity) : undefined;

export const windowFunctions: readonly FunctionDefinition[] = [
  overWindow(
    'average',
    'The average over the last `window`, weighted by time: each value holds until the next.',
    average,
  ),
  overWindow('minimum', 'The least value of the last `window`.', least),
  overWindow('maximum', 'The greatest value of the last `window`.', greatest),
  overWindow('sum', 'The sum of the values that came in the last `window`.', (parts) =>
    total(parts, (part) => part.count) > 0 ? total(parts, (part) => part.sum) : 0,
  ),
];
