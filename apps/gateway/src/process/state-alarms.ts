import type { EventLog } from '@fieldwarden/observe';
import type { ServiceAlarms } from '@fieldwarden/service';

/** What is wrong with `state.mdb`, as alarms of the gateway itself. */
export function stateAlarms(events: Pick<EventLog, 'append'>): ServiceAlarms {
  return {
    raise: ({ conditionId, message }) =>
      void events.append({ type: 'alarm', message, data: { conditionId, active: true } }),
    clear: (conditionId) => {
      const data = { conditionId, active: false };
      events.append({ type: 'alarm', message: 'state is written to the disk again', data });
    },
  };
}
