import type { AlarmBook } from '@fieldwarden/alarms';
import type { ServiceAlarms } from '@fieldwarden/service';

/** Trouble of the state store belongs to the gateway as a whole, not to one of its services. */
export function stateAlarms(alarms: AlarmBook): ServiceAlarms {
  return {
    raise: ({ conditionId, message }) => alarms.raise({ conditionId: known(conditionId), subject: {}, message }),
    clear: (conditionId) => alarms.clear(known(conditionId), {}),
  };
}

type StateCondition = 'state-not-written' | 'state-damaged';

/** The store raises these two and no other. */
const known = (conditionId: string): StateCondition =>
  conditionId === 'state-damaged' ? 'state-damaged' : 'state-not-written';
