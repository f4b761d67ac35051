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

/** The fields of `GET /status` that services bring: what they say of themselves, a list where several do, null while none runs. */
export function statusFields(services: RunningServices): Pick<Status, 'opcua' | 'mqtt' | 'history'> {
  const shown = new Map<string, unknown[]>();
  for (const { id, detail } of services.facts()) {
    const { statusField, statusFieldKeys } = services.definitionOf(id) ?? {};
    if (statusField === undefined) continue;
    const own = detail && statusFieldKeys ? pick({ id, ...detail }, statusFieldKeys) : detail;
    shown.set(statusField, [...(shown.get(statusField) ?? []), own]);
  }
  const fields = [...shown].map(([name, [first, ...others]]) => [
    name,
    others.length === 0 ? first : [first, ...others],
  ]);
  return { opcua: null, mqtt: null, history: null, ...(Object.fromEntries(fields) as object) };
}

function pick(all: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (key in all ? [[key, all[key]]] : [])));
}

/** The ports of the services that run, by their ids; null for one that does not listen at present. */
export function servicePorts(services: RunningServices): Readonly<Record<string, number | null>> {
  const listening = services.facts().filter(({ id }) => services.definitionOf(id)?.port);
  return Object.fromEntries(listening.map(({ id, address }) => [id, address?.port ?? null]));
}
