import type { ServiceReport } from '@fieldwarden/channel';
import { isGatewayError, messageOf, type GatewayError } from '@fieldwarden/core';
import type { ServiceAddress, ServiceIsolation } from '@fieldwarden/service';
import type { HostSnapshot } from '@fieldwarden/supervisor';
import type { ServiceFacts, ServiceFailure, ServiceInstance, ServiceState } from './service-home.js';

/** What is known of a service, in the gateway or in a Host: both live by the same machine. */
export interface FactSources {
  readonly instance: ServiceInstance;
  readonly isolation: ServiceIsolation;
  readonly snapshot: Pick<HostSnapshot, Exclude<keyof HostSnapshot, 'lastDeath'>>;
  readonly address: ServiceAddress | undefined;
  readonly report: ServiceReport | undefined;
  readonly failure: ServiceFailure | undefined;
  /** It failed and has not done its work since. */
  readonly hasFailed: boolean;
  /** It is asked to end for good, not to be replaced. */
  readonly isStopping: boolean;
  readonly progress: number;
  readonly conflatedValues: number;
}

export function factsOf(sources: FactSources): ServiceFacts {
  const { instance, isolation, snapshot, address, report, failure, progress, conflatedValues } = sources;
  const works = snapshot.state === 'ready' && !sources.hasFailed;
  return {
    id: instance.id,
    type: instance.definition.name,
    isolation,
    ...stateOf(sources),
    pid: snapshot.pid,
    spawn: snapshot.spawn === 0 ? null : snapshot.spawn,
    upMs: snapshot.upMs,
    restarts: snapshot.restarts,
    crashLoop: snapshot.crashLoop,
    nextAttemptAtMs: snapshot.nextAttemptAt,
    lastCause: snapshot.lastCause,
    lastError: failure ?? null,
    heartbeatMs: snapshot.heartbeatMs,
    memoryBytes: snapshot.memoryBytes,
    cpuPercent: snapshot.cpuPercent,
    inspectorOpen: snapshot.inspectorOpen,
    pending: snapshot.pending,
    progress,
    conflatedValues,
    address: (works && address) || null,
    detail: (works && report?.status) || null,
    metrics: (works && report?.metrics) || [],
  };
}

/** The one rule from what is known to the state that people see. */
export function stateOf({
  snapshot,
  report,
  failure,
  hasFailed,
  isStopping,
}: Pick<FactSources, 'snapshot' | 'report' | 'failure' | 'hasFailed' | 'isStopping'>): {
  readonly state: ServiceState;
  readonly reason: string | null;
} {
  const because = failure?.message ?? `it is ${snapshot.state}`;
  switch (snapshot.state) {
    case 'stopped':
      return { state: 'Stopped', reason: null };
    case 'starting':
      return hasFailed ? { state: 'Reconnecting', reason: because } : { state: 'Initializing', reason: null };
    case 'ready':
      if (hasFailed) return { state: 'Faulted', reason: because };
      return report?.health.state === 'Degraded'
        ? { state: 'Degraded', reason: report.health.reason }
        : { state: 'Healthy', reason: null };
    case 'suspect':
      return { state: 'Reconnecting', reason: 'its Host does not answer' };
    case 'draining':
      return isStopping ? { state: 'Stopped', reason: null } : { state: 'Reconnecting', reason: 'it is started anew' };
    case 'backing-off':
      return hasFailed ? { state: 'Faulted', reason: because } : { state: 'Initializing', reason: null };
    case 'ending':
      return hasFailed ? { state: 'Faulted', reason: because } : { state: 'Reconnecting', reason: 'its Host ends' };
    case 'open':
    case 'refused':
    case 'unkillable':
      return { state: 'Faulted', reason: because };
  }
}

/** What went wrong: of a Host's end rather what the service said, where it said something; of a module that did not load also why. */
export function failureOf(error: GatewayError, atMs: number): ServiceFailure {
  const said = error.kind === 'host-lost' && isGatewayError(error.cause) ? error.cause : error;
  const { code, kind } = said;
  return { code, kind, message: code === 'SERVICE_NOT_LOADED' ? withCause(said) : said.message, atMs };
}

function withCause({ message, cause }: GatewayError): string {
  const why = cause === undefined ? '' : messageOf(cause);
  return why === '' || message.includes(why) ? message : `${message}: ${why}`;
}
