import type { ServiceFacts, ServicesObserver } from '@fieldwarden/services';
import type { CommonDependencies } from '../process/common-dependencies.js';
import type { ServiceTags } from '../status/system-tags/service-tags.js';
import { ServiceTrouble } from './service-trouble.js';

/** Tells people about services: tags, an event and a line of the log per new state, an alarm for one that does not work. */
export function serviceNews({ events, alarms, logging }: CommonDependencies, tags: ServiceTags): ServicesObserver {
  const { logger } = logging;
  const told = new Map<string, ServiceFacts['state']>();
  const trouble = new ServiceTrouble();
  return {
    changed: (facts) => {
      tags.show(facts);
      const { id: serviceId, state, reason } = facts;
      const message = `service ${serviceId} is ${state}${reason === null ? '' : `: ${reason}`}`;
      const subject = { serviceId };
      const verdict = trouble.verdict(facts);
      if (verdict === 'raise') alarms.raise({ conditionId: 'service-faulted', subject, message });
      else if (verdict === 'clear') alarms.clear('service-faulted', subject);
      if (told.get(serviceId) === state) return;
      told.set(serviceId, state);
      logger[levels[state]](message, { serviceId });
      events.append({ type: 'service', serviceId, message, data: { state, reason, pid: facts.pid } });
    },
    lost: ({ serviceId, cause, spawn, message, postMortemId, planned }) => {
      const data = { cause, spawn, ...(postMortemId !== undefined && { postMortemId }) };
      logger[planned ? 'info' : 'error'](message, { serviceId, spawn });
      events.append({ type: 'service', serviceId, message, data });
    },
    removed: (serviceId) => {
      told.delete(serviceId);
      tags.remove(serviceId);
      logging.forgetService(serviceId);
      trouble.forget(serviceId);
      alarms.end({ serviceId });
    },
  };
}

const levels = {
  Initializing: 'info',
  Healthy: 'info',
  Degraded: 'warn',
  Reconnecting: 'warn',
  Faulted: 'error',
  Stopped: 'info',
} as const;
