import type { Driver } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import { useState, type ReactElement } from 'react';
import { ApiError } from '../api/api-error.js';
import { operateDriver } from '../api/driver-requests.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { ProblemNote } from '../parts/problem-note.js';
import { toast } from '../parts/toasts.js';
import { refreshResources } from '../state/resources.js';
import { createStore, useStore } from '../state/store.js';
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
  return <Confirmation key={`${question.driver.id} ${question.action}`} {...question} />;
}

function Confirmation({ driver, action }: Asked): ReactElement {
  const texts = actionTexts[action];
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const close = (): void => asked.set(null);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      tell(await operateDriver(driver.id, action), action);
      close();
    } catch (thrown) {
      setError(ApiError.of(thrown));
    } finally {
      setBusy(false);
      refreshResources((key) => key !== 'about' && !key.startsWith('config'));
    }
  };
  return (
    <Dialog title={`${texts.label}: ${driver.id}`} onClose={close}>
      <ul className="consequences">
        {texts.consequences(driver).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {error && <ProblemNote error={error} title={`${driver.id} was not ${texts.done}`} />}
      <div className="buttons">
        <Button onClick={close} autoFocus>
          {busy ? 'Close, go on in the background' : 'Cancel'}
        </Button>
        <Button look={texts.interrupts ? 'danger' : 'primary'} disabled={busy} onClick={() => void go()}>
          {busy ? `${texts.doing} …` : texts.label}
        </Button>
      </div>
    </Dialog>
  );
}

function tell({ id, state, lastError }: Driver, action: DriverAction): void {
  const why = state === 'Faulted' && lastError ? `: ${lastError.message}` : '';
  toast(state === 'Faulted' ? 'fault' : 'good', `${id} ${actionTexts[action].done}, now ${state}${why}`);
}
