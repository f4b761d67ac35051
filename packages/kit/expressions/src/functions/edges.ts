import { isBad } from '@fieldwarden/core';
import type { Frame } from '../run/frame.js';
import { placeholderOf, sameValue } from '../run/values.js';
import { stateOf } from './define.js';
import type { FunctionDefinition } from './function-definition.js';

/** As it is kept: plain data that JSON carries. */
type Kept = boolean | number | string | null;

const keptOf = (value: unknown): Kept => (typeof value === 'bigint' ? `${value}` : (value as Kept));

/** True in the one evaluation that sees the step; another follows at once, which sees none. A Bad operand is no step and is not remembered. */
function pulse(
  name: string,
  summary: string,
  type: 'bool' | 'value',
  isStep: (before: Kept, now: Kept) => boolean,
): FunctionDefinition {
  return {
    name,
    group: 'edges',
    summary,
    parameters: [{ name: 'x', type }],
    returns: 'bool',
    resultType: () => 'bool',
    remembers: true,
    build: ([{ evaluate }], slot) => {
      const state = stateOf(slot, () => ({ before: null as Kept }));
      return (frame) => {
        const value = keptOf(evaluateAlone(frame, evaluate));
        if (value === bad) return false;
        const { before } = state;
        state.before = value;
        if (before === null || !isStep(before, value)) return false;
        frame.wake(frame.nowMs);
        return true;
      };
    },
  };
}

const bad = Symbol('bad') as unknown as Kept;

/** The operand's value, its status met; `bad` where that is Bad. */
function evaluateAlone(frame: Frame, evaluate: (frame: Frame) => unknown): unknown {
  const { status, newestMs, oldestMs } = frame;
  frame.clear();
  const value = evaluate(frame);
  const isUsable = !isBad(frame.status);
  frame.meetAll(status, newestMs, oldestMs);
  return isUsable ? value : bad;
}

export const edgeFunctions: readonly FunctionDefinition[] = [
  pulse(
    'rising',
    'True in the evaluation in which a bool becomes true.',
    'bool',
    (before, now) => now === true && before === false,
  ),
  pulse(
    'falling',
    'True in the evaluation in which a bool becomes false.',
    'bool',
    (before, now) => now === false && before === true,
  ),
  pulse(
    'changed',
    'True in the evaluation in which the value is another one.',
    'value',
    (before, now) => !sameValue(before, now),
  ),
  {
    name: 'previous',
    group: 'edges',
    summary: 'The value before the last change; until there was one, the value itself.',
    parameters: [{ name: 'x', type: 'value' }],
    returns: 'as x',
    resultType: ([type]) => type,
    remembers: true,
    build: ([{ evaluate, type }], slot) => {
      const state = stateOf<{ now: unknown; before: unknown }>(slot, () => ({ now: null, before: null }));
      return (frame) => {
        const value = evaluateAlone(frame, evaluate);
        if (value === bad) return state.before ?? placeholderOf(type);
        if (!sameValue(state.now, value)) {
          state.before = state.now ?? value;
          state.now = value;
        }
        return state.before ?? value;
      };
    },
  },
  {
    name: 'since',
    group: 'edges',
    summary: 'How long a condition has been true without a break; 0s while it is false.',
    parameters: [{ name: 'condition', type: 'bool' }],
    returns: 'duration',
    resultType: () => 'duration',
    remembers: true,
    build: ([{ evaluate }], slot) => {
      const state = stateOf(slot, () => ({ fromMs: null as number | null }));
      return (frame) => {
        const value = evaluateAlone(frame, evaluate);
        if (value === bad) return 0;
        if (value !== true) {
          state.fromMs = null;
          return 0;
        }
        // A clock that was set back does not make it longer.
        if (state.fromMs === null || state.fromMs > frame.nowMs) state.fromMs = frame.nowMs;
        frame.wake(frame.nowMs + 1_000);
        return frame.nowMs - state.fromMs;
      };
    },
  },
  {
    name: 'stableFor',
    group: 'edges',
    summary: 'Whether the value has stayed the same for at least this long.',
    parameters: [
      { name: 'x', type: 'value' },
      { name: 'time', type: 'duration' },
    ],
    returns: 'bool',
    resultType: () => 'bool',
    remembers: true,
    build: ([{ evaluate }, { evaluate: time }], slot) => {
      const state = stateOf(slot, () => ({ value: null as Kept, fromMs: 0 }));
      return (frame) => {
        const value = keptOf(evaluateAlone(frame, evaluate));
        const wantedMs = time(frame) as number;
        if (value === bad) {
          state.value = null;
          return false;
        }
        if (state.value === null || !sameValue(state.value, value) || state.fromMs > frame.nowMs) {
          state.value = value;
          state.fromMs = frame.nowMs;
        }
        const isStable = frame.nowMs - state.fromMs >= wantedMs;
        if (!isStable) frame.wake(state.fromMs + wantedMs);
        return isStable;
      };
    },
  },
];
