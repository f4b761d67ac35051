import type { Clock } from '@fieldwarden/core';
import type { DeathRecord } from '../death/death-record.js';
import type { Heartbeat } from '../process/heartbeat.js';
import type { HostSnapshot } from '../host.js';
import type { HostName } from '../host-name.js';
import type { HostModel } from './host-state.js';

export interface SnapshotSources<Name extends HostName> {
  readonly model: HostModel;
  readonly clock: Clock;
  readonly pid: number | undefined;
  readonly heartbeat: Heartbeat | undefined;
  readonly pending: number;
  readonly lateReplies: number;
  readonly droppedLogLines: number;
  readonly lastDeath: DeathRecord<Name> | undefined;
}

/** How a Host stands at this moment, for status, metrics and the console. */
export function snapshotOf<Name extends HostName>(sources: SnapshotSources<Name>): HostSnapshot<Name> {
  const { model, clock, lastDeath, heartbeat } = sources;
  const { state, history } = model;
  const nowMs = clock.monotonicMs();
  const lives = 'spawn' in state;
  const serves = state.name === 'ready' || state.name === 'suspect';
  const pong = lives ? heartbeat?.last : undefined;
  return {
    state: state.name,
    pid: lives ? (sources.pid ?? null) : null,
    spawn: history.spawn,
    upMs: serves ? nowMs - state.readyAtMs : null,
    restarts: history.restarts,
    crashLoop: history.breaker,
    nextAttemptAt: 'attemptAtMs' in state ? clock.wallMs() + (state.attemptAtMs - nowMs) : null,
    heartbeatMs: serves ? nowMs - state.lastPongMs : null,
    roundTripMs: (lives && heartbeat?.roundTripMs) || null,
    loopLagMs: pong?.loopLagMs ?? null,
    pending: sources.pending,
    progress: pong?.progress ?? 0,
    lateReplies: sources.lateReplies,
    conflatedValues: pong?.conflatedValues ?? 0,
    droppedLogLines: sources.droppedLogLines + (pong?.droppedLogs ?? 0),
    memoryBytes: pong?.privateBytes ?? null,
    heapUsedBytes: pong?.heapUsedBytes ?? null,
    rssBytes: pong?.rssBytes ?? null,
    inspectorOpen: serves && state.inspectorOpen,
    cpuPercent: (lives && heartbeat?.cpuPercent) || null,
    lastCause: lastDeath?.cause ?? null,
    lastError: lastDeath?.error.message ?? null,
    lastDeath: lastDeath ?? null,
  };
}
