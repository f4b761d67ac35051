import type { Service, Status } from '@fieldwarden/admin-contract';
import type { ErrorReport } from '@fieldwarden/gateway-contract';
import type { RunningServices, ServiceFacts, StandingService } from '@fieldwarden/services';

/** A service as the Admin API shows it. */
export function serviceRow({
  id,
  type,
  isolation,
  state,
  pid,
  lastError,
  restarts,
  reason,
  ...facts
}: StandingService): Service {
  return {
    id,
    type,
    title: facts.title,
    isolation,
    state,
    pid,
    lastError: lastError && serviceError(lastError),
    restarts: restarts.crash + restarts.recycle + restarts.operator,
    stateSince: new Date(facts.stateSinceMs).toISOString(),
    reason,
    spawn: facts.spawn,
    upMs: facts.upMs,
    crashLoop: facts.crashLoop,
    nextAttemptAt: facts.nextAttemptAtMs === null ? null : new Date(facts.nextAttemptAtMs).toISOString(),
    lastCause: facts.lastCause,
    memoryBytes: facts.memoryBytes,
    cpuPercent: facts.cpuPercent,
    conflatedValues: facts.conflatedValues,
    url: facts.address?.url ?? null,
    detail: facts.detail,
  };
}

export function serviceError({ code, kind, message, atMs }: NonNullable<ServiceFacts['lastError']>): ErrorReport {
  return { code, kind, message, at: new Date(atMs).toISOString() };
}

/** The fields of `GET /status` that services bring: what they say of themselves, null while they do not run. */
export function statusFields(services: RunningServices): Pick<Status, 'opcua'> {
  const fields = services.facts().flatMap(({ id, detail }) => {
    const field = services.definitionOf(id)?.statusField;
    return field === undefined ? [] : [[field, detail] as const];
  });
  return { opcua: null, ...Object.fromEntries(fields) };
}

/** The ports of the services that run, by their ids; null for one that does not listen at present. */
export function servicePorts(services: RunningServices): Readonly<Record<string, number | null>> {
  const listening = services.facts().filter(({ id }) => services.definitionOf(id)?.port);
  return Object.fromEntries(listening.map(({ id, address }) => [id, address?.port ?? null]));
}
