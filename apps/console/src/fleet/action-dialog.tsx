import type { Driver } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { operateDriver } from '../api/driver-requests.js';
import { toast } from '../parts/toasts.js';
import { createStore, useStore } from '../state/store.js';
import { Confirmation } from './confirmation.js';
import { actionTexts } from './driver-actions.js';

interface Asked {
  readonly driver: Driver;
  readonly action: DriverAction;
}

const asked = createStore<Asked | null>(null);

/** Opens the dialog that names the consequences, carries the action out, and tells what became of it. */
export function askForAction(driver: Driver, action: DriverAction): void {
  asked.set({ driver, action });
}

export function ActionDialog(): ReactElement | null {
  const question = useStore(asked);
  if (!question) return null;
  const { driver, action } = question;
  const { label, doing, done, consequences, interrupts } = actionTexts[action];
  return (
    <Confirmation
      key={`${driver.id} ${action}`}
      title={`${label}: ${driver.id}`}
      consequences={consequences(driver)}
      label={label}
      doing={doing}
      interrupts={interrupts}
      notDone={`${driver.id} was not ${done}`}
      carryOut={async () => tell(await operateDriver(driver.id, action), action)}
      onClose={() => asked.set(null)}
    />
  );
}

function tell({ id, state, lastError }: Driver, action: DriverAction): void {
  const works = state === 'Healthy' || state === 'Degraded' || (state === 'Stopped' && action === 'stop');
  const why = !works && lastError ? `: ${lastError.message}` : '';
  const tone = state === 'Faulted' ? 'fault' : works ? 'good' : 'warning';
  toast(tone, `${id} ${actionTexts[action].done}, now ${state}${why}`);
}
