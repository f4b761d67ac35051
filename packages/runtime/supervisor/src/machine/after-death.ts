import { exitCodes } from '@fieldwarden/channel';
import { backoffDelayMs, isBackoffForgiven } from './backoff.js';
import { addCrash, isCrashLoop } from './crash-window.js';
import { halfOpenDelayMs, isProven } from './half-open-schedule.js';
import type { DeathCause, HostHistory, HostModel, HostState, HostStep } from './host-state.js';
import { become, closed, keep, spawn, type StepContext } from './host-steps.js';

/** Why the process ended: what was decided about it before, else what its exit says. */
export function causeOf(
  state: HostState,
  { exitCode, signal, notSpawned = false }: { exitCode: number | null; signal: string | null; notSpawned?: boolean },
): DeathCause {
  if (notSpawned) return 'not-spawned';
  const known = 'cause' in state ? state.cause : 'exit';
  if (known !== 'exit') return known;
  if (exitCode === exitCodes.badConfiguration || exitCode === exitCodes.protocolMismatch) return 'refused';
  return signal === null ? 'exit' : 'signal';
}

/** Counts the death and decides what follows it. */
export function afterDeath(model: HostModel, cause: DeathCause, context: StepContext): HostStep {
  const { state } = model;
  const then = 'then' in state ? state.then : 'respawn';
  const readyAtMs = 'readyAtMs' in state ? state.readyAtMs : undefined;
  const history = isCrash(cause) ? crashed(model.history, readyAtMs, context) : model.history;
  const dead: HostModel = { state: { name: 'stopped' }, history };
  if (then === 'start') return spawn(dead, context);
  if (then === 'stop') return keep(dead);
  if (cause === 'refused') return become(dead, { name: 'refused' });
  if (cause === 'not-spawned') return becomeAgainSoon(dead, context);
  return isFirstCrash(dead, readyAtMs, context) ? again(dead, context) : wait(dead, context);
}

/** One crash is an accident, which waiting does not help; only the next one makes a habit of it. */
function isFirstCrash({ history }: HostModel, readyAtMs: number | undefined, { policy }: StepContext): boolean {
  const isOnly = history.crashTimesMs.length === 1 && history.breaker === 'closed';
  return policy.backoff.firstAtOnce && readyAtMs !== undefined && isOnly;
}

/** By way of the gate, like every restart. */
function again(model: HostModel, { nowMs }: StepContext): HostStep {
  return become(model, { name: 'backing-off', attemptAtMs: nowMs, afterCrash: true });
}

const crashCauses: readonly DeathCause[] = [
  'exit', 'signal', 'hang', 'protocol', 'start-timeout', 'wedge', 'memory-hard',
]; // prettier-ignore

/** SPEC §4.4: what a Host does to itself counts, what was planned does not. */
export const isCrash = (cause: DeathCause): boolean => crashCauses.includes(cause);

/** Counts one crash; what the Host had earned by being ready long enough is credited first. */
function crashed(before: HostHistory, readyAtMs: number | undefined, { policy, nowMs }: StepContext): HostHistory {
  const readyForMs = readyAtMs === undefined ? -1 : nowMs - readyAtMs;
  const history = readyForMs >= 0 && isProven(readyForMs, policy) ? closed(before) : before;
  const crashTimesMs = addCrash(history.crashTimesMs, nowMs, policy);
  const failedStarts = readyAtMs === undefined ? history.failedStarts + 1 : 0;
  const backoffStep = isBackoffForgiven(readyForMs, history.lastDelayMs, policy) ? 0 : history.backoffStep;
  const trips = history.breaker !== 'closed' || isCrashLoop(crashTimesMs, failedStarts, policy);
  return { ...history, crashTimesMs, failedStarts, backoffStep, breaker: trips ? 'open' : 'closed' };
}

/** Descriptors, processes or memory are short: every driver is, and no pause of its own helps. */
const spawnAgainMs = 5_000;

function becomeAgainSoon(model: HostModel, { nowMs }: StepContext): HostStep {
  return become(model, { name: 'backing-off', attemptAtMs: nowMs + spawnAgainMs, afterCrash: false });
}

function wait(model: HostModel, { policy, nowMs, random }: StepContext): HostStep {
  const { history } = model;
  if (history.breaker === 'open') {
    const attemptAtMs = nowMs + halfOpenDelayMs(history.halfOpenAttempts, policy);
    return become(model, { name: 'open', attemptAtMs });
  }
  const lastDelayMs = backoffDelayMs(history.backoffStep, policy, random);
  const next = { ...model, history: { ...history, lastDelayMs, backoffStep: history.backoffStep + 1 } };
  return become(next, { name: 'backing-off', attemptAtMs: nowMs + lastDelayMs, afterCrash: true });
}
