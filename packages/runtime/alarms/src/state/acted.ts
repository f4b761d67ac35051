import { maxShelvingMs, type ConditionState } from './condition-state.js';
import type { StateAct, StateTransition } from './state-input.js';

/** An act by itself: what it sets, or the status code that refuses it (10000-9, 5.5 to 5.8). */
export type Acted =
  { readonly change: Partial<ConditionState>; readonly transition: StateTransition } | { readonly refusal: string };

export function acted(state: ConditionState, act: StateAct, atMs: number): Acted {
  switch (act.name) {
    case 'acknowledge':
      if (!state.enabled) return refused('BadConditionDisabled');
      if (state.acknowledged) return refused('BadConditionBranchAlreadyAcked');
      return { change: { acknowledged: true, repeats: 0 }, transition: 'acknowledged' };
    case 'confirm':
      if (!state.enabled) return refused('BadConditionDisabled');
      if (state.confirmed) return refused('BadConditionBranchAlreadyConfirmed');
      if (!state.acknowledged) return refused('BadInvalidState');
      return { change: { confirmed: true }, transition: 'confirmed' };
    case 'comment':
      return { change: {}, transition: 'comment' };
    case 'shelve':
    case 'shelve-once':
      return shelved(state, act, atMs);
    case 'unshelve':
      if (!state.shelving) return refused('BadConditionNotShelved');
      return { change: { shelving: null }, transition: 'unshelved' };
    case 'enable':
      if (state.enabled) return refused('BadConditionAlreadyEnabled');
      return { change: { enabled: true }, transition: 'enabled' };
    case 'disable':
      if (!state.enabled) return refused('BadConditionAlreadyDisabled');
      return { change: { enabled: false, acknowledged: true, confirmed: true, repeats: 0 }, transition: 'disabled' };
    case 'out-of-service':
      if (state.outOfService) return refused('BadInvalidState');
      return { change: { outOfService: true }, transition: 'out-of-service' };
    case 'in-service':
      if (!state.outOfService) return refused('BadInvalidState');
      return { change: { outOfService: false }, transition: 'in-service' };
    case 'reset':
      if (!state.latched || !state.acknowledged || !state.confirmed) return refused('BadInvalidState');
      return { change: { latched: false }, transition: 'reset' };
  }
}

/** From timed to one-shot and back, not anew: nobody keeps an alarm away by shelving it again and again without looking. */
function shelved(
  { enabled, shelving }: ConditionState,
  { name, forMs = maxShelvingMs }: { readonly name: 'shelve' | 'shelve-once'; readonly forMs: number | undefined },
  atMs: number,
): Acted {
  const once = name === 'shelve-once';
  if (!enabled) return refused('BadConditionDisabled');
  if (shelving?.once === once) return refused('BadConditionAlreadyShelved');
  if (!(forMs > 0 && forMs <= maxShelvingMs)) return refused('BadShelvingTimeOutOfRange');
  return { change: { shelving: { once, untilMs: atMs + forMs } }, transition: 'shelved' };
}

function refused(refusal: string): Acted {
  return { refusal };
}
