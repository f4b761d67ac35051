import type { Service } from '@fieldwarden/admin-contract';
import { sentence } from '../format/sentence.js';
import type { Concern } from './concern.js';

/** What needs attention of a service. One that was stopped is as somebody wanted it. */
export function serviceConcern(service: Service): Concern | undefined {
  const told = toldOf(service);
  if (!told) return undefined;
  const { id, stateSince, nextAttemptAt } = service;
  return {
    key: `service ${id}`,
    driverId: null,
    device: null,
    serviceId: id,
    sinceMs: Date.parse(stateSince),
    nextAtMs: nextAttemptAt === null ? null : Date.parse(nextAttemptAt),
    link: '/services',
    ...told,
  };
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
