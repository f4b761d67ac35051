import { afterDeath, causeOf, isCrash } from './after-death.js';
import { isProven } from './half-open-schedule.js';
import {
  liveSpawn,
  type BackingOff,
  type Draining,
  type Ending,
  type HostEffect,
  type HostInput,
  type HostModel,
  type HostStep,
  type Open,
  type PlannedCause,
  type StopCause,
  type Unkillable,
} from './host-state.js';
import { become, closed, countRestart, forgiven, keep, spawn, type StepContext } from './host-steps.js';
import { isHung, isSuspect } from './liveness.js';
import type { SupervisionPolicy } from './supervision-settings.js';

/** The whole behaviour of a supervised Host: model and event in, model and effects out. Pure. */
export function step(model: HostModel, input: HostInput, context: StepContext): HostStep {
  if ('spawn' in input && input.spawn !== liveSpawn(model.state)) return { model, effects: [] };
  switch (input.type) {
    case 'start':
      return onStart(model, context);
    case 'stop':
      return onStop(model, input.cause, context);
    case 'replace':
      return onReplace(model, input.cause, context);
    case 'reset':
      return onReset(model, context);
    case 'trip':
      return onTrip(model, context);
    case 'tick':
      return onTick(model, context);
    case 'ready':
      return onReady(model, context);
    case 'pong':
      return onPong(model, input.inspectorOpen, context);
    case 'drained':
      return onDrained(model);
    case 'stack-captured':
      return model.state.name === 'ending' && model.state.stage === 'capture'
        ? kill(model, model.state, context)
        : keep(model);
    case 'channel-lost':
      return onChannelLost(model, input.cause, context);
    case 'exited':
      return onExited(model, input, context);
  }
}

/** When the next `tick` is due; undefined while nothing depends on time. */
export function nextDueMs({ state, history }: HostModel, policy: SupervisionPolicy): number | undefined {
  switch (state.name) {
    case 'starting':
    case 'draining':
    case 'ending':
      return state.deadlineMs;
    case 'backing-off':
    case 'open':
      return state.attemptAtMs;
    case 'ready': {
      const suspectAtMs = state.lastPongMs + policy.suspectMs;
      return history.breaker === 'half-open'
        ? Math.min(suspectAtMs, state.readyAtMs + policy.crashLoop.closeAfterMs)
        : suspectAtMs;
    }
    case 'suspect':
      return state.inspectorOpen ? undefined : state.lastPongMs + policy.hangKillMs;
    default:
      return undefined;
  }
}

/** The Supervisor itself stood still for `byMs`: no Host is blamed for that time. */
export function shiftDeadlines(model: HostModel, byMs: number): HostModel {
  const { state } = model;
  if ('deadlineMs' in state) return { ...model, state: { ...state, deadlineMs: state.deadlineMs + byMs } };
  if ('lastPongMs' in state) return { ...model, state: { ...state, lastPongMs: state.lastPongMs + byMs } };
  return model;
}

function onStart(model: HostModel, context: StepContext): HostStep {
  const { state } = model;
  switch (state.name) {
    case 'stopped':
    case 'refused':
      return spawn(model, context);
    case 'draining':
      return become(model, { ...state, then: 'start' });
    case 'ending':
    case 'unkillable':
      return state.then === 'stop' ? become(model, { ...state, then: 'start' }) : keep(model);
    default:
      return keep(model);
  }
}

function onStop(model: HostModel, cause: StopCause, context: StepContext): HostStep {
  const { state } = model;
  switch (state.name) {
    case 'starting':
    case 'ready':
    case 'suspect':
      return wind(model, state.name, cause, 'stop', context);
    case 'draining':
    case 'ending':
    case 'unkillable':
      return become(model, { ...state, then: 'stop' });
    case 'backing-off':
    case 'open':
    case 'refused':
      return become(model, { name: 'stopped' });
    default:
      return keep(model);
  }
}

/**
 * A wedge or a memory breach is the Host's own doing: it counts as a crash and waits like one. An attached debugger excuses a
 * wedge (SPEC §4.2).
 */
function onReplace(before: HostModel, cause: PlannedCause, context: StepContext): HostStep {
  const then = isCrash(cause) ? 'respawn' : 'start';
  if (cause === 'wedge' && 'inspectorOpen' in before.state && before.state.inspectorOpen) return keep(before);
  const kind = cause === 'operator' ? 'operator' : 'recycle';
  const model = then === 'start' ? { ...before, history: countRestart(before.history, kind) } : before;
  const { state } = model;
  switch (state.name) {
    case 'starting':
    case 'ready':
    case 'suspect':
      return wind(model, state.name, cause, then, context);
    case 'draining':
    case 'ending':
    case 'unkillable':
      return then === 'start' ? become(model, { ...state, then }) : keep(model);
    default:
      return then === 'start' ? spawn(model, context) : keep(model);
  }
}

/** As if it had crashed as often as is allowed, all at once: it goes down and is tried again only now and then. */
function onTrip(model: HostModel, context: StepContext): HostStep {
  const { crashes } = context.policy.crashLoop;
  const crashTimesMs = Array.from({ length: crashes }, () => context.nowMs);
  return onReplace({ ...model, history: { ...model.history, crashTimesMs } }, 'wedge', context);
}

/** Begins the stop ladder: a Host that can listen drains first, any other gets SIGTERM at once, as does one whose calls do not end. */
function wind(
  model: HostModel,
  from: 'starting' | 'ready' | 'suspect',
  cause: PlannedCause,
  then: Draining['then'],
  { nowMs, policy }: StepContext,
): HostStep {
  const live = liveSpawn(model.state)!;
  const stage = from === 'ready' && cause !== 'wedge' ? 'drain' : 'terminate';
  const deadlineMs = nowMs + (stage === 'drain' ? policy.drainMs : policy.terminateMs);
  return become(model, { name: 'draining', spawn: live, stage, cause, deadlineMs, then }, { type: stage });
}

function onReset(model: HostModel, context: StepContext): HostStep {
  const next = { ...model, history: forgiven(model.history) };
  const { name } = model.state;
  const waits = name === 'open' || name === 'backing-off' || name === 'refused';
  return waits ? spawn(next, context) : keep(next);
}

function onReady(model: HostModel, { nowMs }: StepContext): HostStep {
  const { state, history } = model;
  if (state.name !== 'starting') return keep(model);
  return {
    model: {
      state: { name: 'ready', spawn: state.spawn, readyAtMs: nowMs, lastPongMs: nowMs, inspectorOpen: false },
      history: { ...history, failedStarts: 0 },
    },
    effects: [],
  };
}

function onPong(model: HostModel, inspectorOpen: boolean, { nowMs }: StepContext): HostStep {
  const { state } = model;
  if (state.name === 'ready') return become(model, { ...state, lastPongMs: nowMs, inspectorOpen });
  if (state.name !== 'suspect') return keep(model);
  return become(model, { ...state, name: 'ready', lastPongMs: nowMs, inspectorOpen }, { type: 'resume' });
}

function onDrained(model: HostModel): HostStep {
  const { state } = model;
  const waits = state.name === 'draining' && state.stage === 'drain';
  return waits ? become(model, state, { type: 'close-session' }) : keep(model);
}

function onChannelLost(model: HostModel, cause: 'exit' | 'protocol', context: StepContext): HostStep {
  const { state } = model;
  if (state.name === 'draining' && cause === 'exit') return keep(model);
  if (state.name === 'draining') return kill(model, { ...endingOf(state), cause }, context);
  if (state.name !== 'starting' && state.name !== 'ready' && state.name !== 'suspect') return keep(model);
  const readyAtMs = state.name === 'starting' ? undefined : state.readyAtMs;
  const ending = { spawn: state.spawn, cause, readyAtMs, then: 'respawn' } as const;
  if (cause === 'protocol') return kill(model, ending, context);
  const deadlineMs = context.nowMs + context.policy.exitWaitMs;
  return become(model, { ...ending, name: 'ending', stage: 'exit', deadlineMs });
}

type EndingCore = Omit<Ending, 'name' | 'stage' | 'deadlineMs'>;

function endingOf({ spawn: live, cause, then }: Draining): EndingCore {
  return { spawn: live, cause, readyAtMs: undefined, then };
}

function kill(model: HostModel, { spawn: live, cause, readyAtMs, then }: EndingCore, context: StepContext): HostStep {
  const deadlineMs = context.nowMs + context.policy.killMs;
  const state: Ending = { name: 'ending', stage: 'kill', spawn: live, cause, readyAtMs, then, deadlineMs };
  return become(model, state, { type: 'kill', cause });
}

function onTick(model: HostModel, context: StepContext): HostStep {
  const { state } = model;
  const { nowMs, policy } = context;
  switch (state.name) {
    case 'starting':
      if (nowMs < state.deadlineMs) return keep(model);
      return kill(
        model,
        { spawn: state.spawn, cause: 'start-timeout', readyAtMs: undefined, then: 'respawn' },
        context,
      );
    case 'ready':
      if (isSuspect(nowMs - state.lastPongMs, policy))
        return become(model, { ...state, name: 'suspect' }, { type: 'suspend' });
      return keep(isProven(nowMs - state.readyAtMs, policy) ? { ...model, history: closed(model.history) } : model);
    case 'suspect':
      if (!isHung(nowMs - state.lastPongMs, state.inspectorOpen, policy)) return keep(model);
      return become(
        model,
        {
          name: 'ending', stage: 'capture', spawn: state.spawn, cause: 'hang', readyAtMs: state.readyAtMs,
          deadlineMs: nowMs + policy.stackCaptureMs, then: 'respawn',
        },
        { type: 'capture-stack' },
      ); // prettier-ignore
    case 'draining':
      return nowMs < state.deadlineMs ? keep(model) : nextRung(model, state, context);
    case 'ending':
      if (nowMs < state.deadlineMs) return keep(model);
      return state.stage === 'kill' ? giveUp(model, state) : kill(model, state, context);
    case 'backing-off':
    case 'open':
      return nowMs < state.attemptAtMs || !context.mayStart ? keep(model) : attempt(model, state, context);
    default:
      return keep(model);
  }
}

function attempt(model: HostModel, state: BackingOff | Open, context: StepContext): HostStep {
  const isRespawn = state.name === 'open' || state.afterCrash;
  return spawn(isRespawn ? { ...model, history: countRestart(model.history, 'crash') } : model, context);
}

function nextRung(model: HostModel, state: Draining, context: StepContext): HostStep {
  if (state.stage === 'terminate') return kill(model, endingOf(state), context);
  const deadlineMs = context.nowMs + context.policy.terminateMs;
  return become(model, { ...state, stage: 'terminate', deadlineMs }, { type: 'terminate' });
}

function giveUp(model: HostModel, { spawn: live, cause, readyAtMs, then }: Ending): HostStep {
  const state: Unkillable = { name: 'unkillable', spawn: live, cause, readyAtMs, then };
  return become(model, state, { type: 'unkillable', spawn: live, cause });
}

function onExited(model: HostModel, input: Extract<HostInput, { type: 'exited' }>, context: StepContext): HostStep {
  const cause = causeOf(model.state, input);
  const after = afterDeath(model, cause, context);
  // Of an unkillable one everybody has heard already.
  if (model.state.name === 'unkillable') return after;
  const down: HostEffect = { type: 'down', spawn: input.spawn, cause };
  return { model: after.model, effects: [down, ...after.effects] };
}
