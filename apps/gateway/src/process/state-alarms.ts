import type { AlarmBook } from '@fieldwarden/alarms';
import type { ServiceAlarms } from '@fieldwarden/service';
import type { GatewayConcerns } from './gateway-concerns.js';

/** Trouble of the state store belongs to the gateway as a whole, not to one of its services. */
export function stateAlarms(alarms: AlarmBook, concerns: GatewayConcerns): ServiceAlarms {
  // The store raises these two conditions and no other. Damage is past: nothing works worse for it.
  return {
    raise: ({ conditionId, message }) => {
      if (conditionId === 'state-damaged') alarms.raise({ conditionId, subject: {}, message });
      else concerns.raise('state-not-written', message);
    },
    clear: (conditionId) => {
      if (conditionId === 'state-damaged') alarms.clear(conditionId, {});
      else concerns.clear('state-not-written');
    },
  };
}
