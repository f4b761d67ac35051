import { acted } from './acted.js';
import { isHidden, isOpen, maxShelvingMs, type AlarmTreatment, type ConditionState } from './condition-state.js';
import type { StateInput, Stepped, StateTransition } from './state-input.js';

/** The state of a condition as a function of what it was, how it is treated, and what is judged, done by a person, or the time (SPEC §18.2). */
export function step(state: ConditionState, treatment: AlarmTreatment, input: StateInput): Stepped {
  switch (input.type) {
    case 'verdict': {
      const { active, limitState, suppressed, frozen } = input.verdict;
      const found = frozen ? { frozen } : { frozen, cause: active, limitState: active ? limitState : null };
      const transitions =
        suppressed === state.suppressed ? [] : [suppressed ? ('suppressed' as const) : ('unsuppressed' as const)];
      return goOn(state, { ...state, ...found, suppressed }, treatment, transitions);
    }
    case 'act': {
      const answer = acted(state, input.act, input.atMs);
      if ('refusal' in answer) return { state, transitions: [], status: answer.refusal };
      return goOn(state, { ...state, ...answer.change }, treatment, [answer.transition]);
    }
    case 'time':
      return inTime(state, treatment, input.atMs);
  }
}

/** A clock that is set back makes no shelving longer than is allowed. */
function inTime(state: ConditionState, treatment: AlarmTreatment, atMs: number): Stepped {
  const { shelving } = state;
  if (!shelving) return unchanged(state);
  if (atMs >= shelving.untilMs) return goOn(state, { ...state, shelving: null }, treatment, ['unshelved']);
  const latestMs = atMs + maxShelvingMs;
  if (shelving.untilMs <= latestMs) return unchanged(state);
  return { ...unchanged(state), state: { ...state, shelving: { ...shelving, untilMs: latestMs } } };
}

/** Whether it is active follows from the cause; all else from whether that changed. */
function goOn(
  before: ConditionState,
  set: ConditionState,
  { ack, latching }: AlarmTreatment,
  transitions: readonly StateTransition[],
): Stepped {
  const isReset = before.latched && !set.latched;
  const latched = latching && before.active && set.enabled && !set.cause && !isReset;
  const active = (set.enabled && set.cause) || latched;
  const limitState = latched ? before.limitState : set.limitState;
  const next = { ...set, latched, active, limitState };
  if (active && !before.active) {
    return done(activated(before, next, ack), [...transitions, 'active']);
  }
  if (!active && before.active) return ended(next, transitions);
  const isOtherLimit = active && limitState !== before.limitState;
  const shown = next.shown || (active && !isHidden(next));
  return done({ ...next, shown }, isOtherLimit ? [...transitions, 'limit'] : transitions);
}

function activated(before: ConditionState, next: ConditionState, ack: AlarmTreatment['ack']): ConditionState {
  const wasOpen = isOpen(before);
  return {
    ...next,
    acknowledged: ack === 'none',
    confirmed: ack !== 'confirm',
    shown: !isHidden(next) || (wasOpen && before.shown),
    repeats: wasOpen ? before.repeats + 1 : 0,
  };
}

/** What nobody was shown nobody needs to have seen. */
function ended(next: ConditionState, transitions: readonly StateTransition[]): Stepped {
  const seen = next.shown ? {} : { acknowledged: true, confirmed: true };
  const isUnshelved = next.shelving?.once === true;
  const state = { ...next, ...seen, shelving: isUnshelved ? null : next.shelving };
  return done(state, [...transitions, 'cleared', ...(isUnshelved ? (['unshelved'] as const) : [])]);
}

function done(state: ConditionState, transitions: readonly StateTransition[]): Stepped {
  return { state: isOpen(state) ? state : { ...state, shown: false, repeats: 0 }, transitions, status: 'Good' };
}

function unchanged(state: ConditionState): Stepped {
  return { state, transitions: [], status: 'Good' };
}
