import type { HostEffect, HostHistory, HostModel, HostState, HostStep } from './host-state.js';
import type { SupervisionPolicy } from './supervision-settings.js';

/** What a step may look at besides the model. */
export interface StepContext {
  readonly policy: SupervisionPolicy;
  readonly nowMs: number;
  /** In [0, 1), for the spread of the backoff. */
  readonly random: number;
  /** False while starts of other Hosts go first (SPEC §4.4); a `tick` follows when it changes. */
  readonly mayStart: boolean;
}

/** Nothing changes, nothing is to be done. */
export const keep = (model: HostModel): HostStep => ({ model, effects: [] });

export function become(model: HostModel, state: HostState, ...effects: HostEffect[]): HostStep {
  return { model: { ...model, state }, effects };
}

/** A new process with the next number, as soon as it may start; while the breaker is not closed it is an attempt. */
export function spawn(model: HostModel, { nowMs, policy, mayStart }: StepContext): HostStep {
  if (!mayStart) return become(model, { name: 'backing-off', attemptAtMs: nowMs, afterCrash: false });
  const { history } = model;
  const number = history.spawn + 1;
  const breaker = history.breaker === 'closed' ? 'closed' : 'half-open';
  const halfOpenAttempts = history.halfOpenAttempts + (breaker === 'half-open' ? 1 : 0);
  return {
    model: {
      state: { name: 'starting', spawn: number, deadlineMs: nowMs + policy.startBudgetMs },
      history: { ...history, spawn: number, breaker, halfOpenAttempts },
    },
    effects: [{ type: 'spawn', spawn: number }],
  };
}

/** The breaker closes and forgets what opened it. */
export function closed(history: HostHistory): HostHistory {
  if (history.breaker === 'closed') return history;
  return { ...history, breaker: 'closed', crashTimesMs: [], failedStarts: 0, halfOpenAttempts: 0 };
}

/** As if it had never crashed; spawns and restarts count on. */
export function forgiven(history: HostHistory): HostHistory {
  return {
    ...history,
    crashTimesMs: [],
    failedStarts: 0,
    backoffStep: 0,
    lastDelayMs: 0,
    breaker: 'closed',
    halfOpenAttempts: 0,
  };
}

export function countRestart(history: HostHistory, kind: keyof HostHistory['restarts']): HostHistory {
  return { ...history, restarts: { ...history.restarts, [kind]: history.restarts[kind] + 1 } };
}
