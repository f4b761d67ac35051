import type { Service } from '@fieldwarden/admin-contract';
import { counted } from '../format/numbers.js';
import { sentence } from '../format/sentence.js';
import type { Concern } from './concern.js';

/** What needs attention of a service. One that was stopped is as somebody wanted it. */
export function serviceConcern(service: Service): Concern | undefined {
  const told = brokerAway(service) ?? toldOf(service);
  if (!told) return undefined;
  const { id, type, stateSince, nextAttemptAt } = service;
  return {
    key: `service ${id}`,
    driverId: null,
    device: null,
    serviceId: id,
    sinceMs: Date.parse(stateSince),
    nextAtMs: timeOf(nextAttemptAt),
    link: type === 'mqtt' ? '/mqtt' : '/services',
    ...told,
  };
}

/** An MQTT outlet whose broker is away: it tries by itself, and to restart it would help nobody. */
function brokerAway({ type, state, reason, detail }: Service): (Told & Partial<Concern>) | undefined {
  if (type !== 'mqtt' || state !== 'Degraded' || detail?.connected !== false) return undefined;
  const { since, nextAttemptAt, pending } = detail as {
    readonly since?: string;
    readonly nextAttemptAt?: string | null;
    readonly pending?: number;
  };
  const kept = pending === undefined ? '' : ` ${counted(pending, 'message')} kept on disk.`;
  return {
    tone: 'warning',
    what: 'No connection to the broker',
    why: `${reason === null ? 'No reason was given.' : sentence(reason)}${kept}`,
    next: nextAttemptAt ? 'Next attempt' : 'An attempt is under way.',
    nextAtMs: timeOf(nextAttemptAt ?? null),
    action: null,
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
  };
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

type Told = Pick<Concern, 'tone' | 'what' | 'why' | 'next' | 'action'>;

function toldOf({ state, reason, crashLoop, nextAttemptAt }: Service): Told | undefined {
  const why = reason === null ? 'No reason was given.' : sentence(reason);
  switch (state) {
    case 'Faulted':
      return {
        tone: 'fault',
        what: crashLoop === 'open' ? 'Paused after repeated failures' : 'Faulted',
        why,
        next: nextAttemptAt === null ? 'It is not tried again by itself.' : 'Next attempt',
        action: 'restart-service',
      };
    case 'Degraded':
      return { tone: 'warning', what: 'Degraded', why, next: 'The rest of it works.', action: 'restart-service' };
    case 'Reconnecting':
      return {
        tone: 'warning',
        what: 'Reconnecting',
        why,
        next: nextAttemptAt === null ? 'It comes back by itself.' : 'Next attempt',
        action: null,
      };
    default:
      return undefined;
  }
}
