import type { Service } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { restartService } from '../api/service-requests.js';
import { toast } from '../parts/toasts.js';
import { createStore, useStore } from '../state/store.js';
import { Confirmation } from './confirmation.js';

const asked = createStore<Service | null>(null);

/** Opens the dialog that names the consequences, restarts the service, and tells what became of it. */
export function askForServiceRestart(service: Service): void {
  asked.set(service);
}

export function ServiceRestartDialog(): ReactElement | null {
  const service = useStore(asked);
  if (!service) return null;
  const { id } = service;
  return (
    <Confirmation
      key={id}
      title={`Restart: ${id}`}
      consequences={consequences(service)}
      label="Restart"
      doing="Restarting"
      interrupts
      notDone={`${id} was not restarted`}
      carryOut={async () => tell(await restartService(id))}
      onClose={() => asked.set(null)}
    />
  );
}

function consequences({ title, isolation, url }: Service): readonly string[] {
  return [
    isolation === 'host' ? 'Its process ends and another one starts.' : `${title} is stopped and started anew.`,
    ...(url === null ? [] : ['Its clients lose their connections and have to connect again.']),
    'Its crash counter is cleared.',
    'Drivers and other services do not notice.',
  ];
}

function tell({ id, state, reason }: Service): void {
  const works = state === 'Healthy' || state === 'Degraded';
  toast(works ? 'good' : 'fault', `${id} restarted, now ${state}${reason === null ? '' : `: ${reason}`}`);
}
