import { isBad } from '@fieldwarden/core';
import type { ExpressionType } from '../expression-type.js';
import type { Evaluate, Frame } from '../run/frame.js';
import { commonType } from '../check/operator-types.js';
import { sameValue } from '../run/values.js';
import { stateOf } from './define.js';
import { lookingAt } from './looking-at.js';
import type { Argument, FunctionDefinition } from './function-definition.js';

/** A function of what an operand is like; its own result is Good, and as old as the operand. */
function ofQuality(
  name: string,
  summary: string,
  type: ExpressionType,
  of: (frame: Frame, status: number, sourceAtMs: number) => unknown,
): FunctionDefinition {
  return {
    name,
    group: 'quality',
    summary,
    parameters: [{ name: 'x', type: 'value' }],
    returns: type,
    resultType: () => type,
    build: ([{ evaluate }]) =>
      lookingAt(evaluate, (frame, _value, status, sourceAtMs) => of(frame, status, sourceAtMs)),
  };
}

export const qualityFunctions: readonly FunctionDefinition[] = [
  ofQuality('isGood', 'Whether the status is Good.', 'bool', (_frame, status) => status >>> 30 === 0),
  ofQuality('isUncertain', 'Whether the status is Uncertain.', 'bool', (_frame, status) => status >>> 30 === 1),
  ofQuality('isBad', 'Whether the status is Bad.', 'bool', (_frame, status) => status >>> 30 >= 2),
  ofQuality('status', 'The OPC UA status code as a number; 0 is Good.', 'int', (_frame, status) => status),
  ofQuality('sourceTime', 'The source time of the value.', 'time', timeOf),
  ofQuality('sourceAge', 'How old the value is by its source time.', 'duration', (frame, _status, sourceAtMs) => {
    if (!Number.isFinite(sourceAtMs)) return frame.outOfRange();
    frame.wake(frame.nowMs + 1_000);
    return Math.max(0, frame.nowMs - sourceAtMs);
  }),
  {
    name: 'quality',
    group: 'quality',
    summary: 'The value, or `fallback` while its status is Bad.',
    parameters: [
      { name: 'x', type: 'value' },
      { name: 'fallback', type: 'value' },
    ],
    returns: 'as x',
    resultType: ([type, fallback]) => commonType(type, fallback) ?? 'any',
    build: ([value, fallback]) => withFallback(value, fallback),
  },
  {
    name: 'lastChange',
    group: 'quality',
    summary: 'The source time of the last change of the value; until one is seen, of the value.',
    parameters: [{ name: 'x', type: 'value' }],
    returns: 'time',
    resultType: () => 'time',
    remembers: true,
    build: ([{ evaluate }], slot) => {
      const state = stateOf<{ value: unknown; atMs: number }>(slot, () => ({ value: null, atMs: 0 }));
      return lookingAt(evaluate, (frame, value, status, sourceAtMs) => {
        const held = typeof value === 'bigint' ? String(value) : value;
        if (!isBad(status) && !sameValue(state.value, held)) {
          state.value = held;
          state.atMs = sourceAtMs;
        }
        if (state.value === null || !Number.isFinite(state.atMs)) return frame.outOfRange();
        return state.atMs;
      });
    },
  },
];

function timeOf(frame: Frame, _status: number, sourceAtMs: number): number {
  return Number.isFinite(sourceAtMs) ? sourceAtMs : frame.outOfRange();
}

function withFallback(value: Argument, fallback: Argument): Evaluate {
  const isFloat = commonType(value.type, fallback.type) === 'float';
  const shown = (result: unknown): unknown => (isFloat ? Number(result) : result);
  return (frame) => {
    const { status, newestMs, oldestMs } = frame;
    frame.clear();
    let result = value.evaluate(frame);
    if (isBad(frame.status)) {
      frame.clear();
      result = fallback.evaluate(frame);
    }
    frame.meetAll(status, newestMs, oldestMs);
    return shown(result);
  };
}
