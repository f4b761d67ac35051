import type { ReactElement } from 'react';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { useStore } from '../state/store.js';
import { heldNavigation, unsavedWork } from './navigation-guard.js';

export function LeaveDialog(): ReactElement | null {
  const go = useStore(heldNavigation);
  const work = useStore(unsavedWork);
  if (!go) return null;
  const stay = (): void => heldNavigation.set(null);
  const leave = (): void => {
    stay();
    unsavedWork.set(null);
    go();
  };
  return (
    <Dialog title="Leave without saving?" onClose={stay}>
      <p>{work}</p>
      <div className="buttons">
        <Button onClick={stay} autoFocus>
          Stay
        </Button>
        <Button look="danger" onClick={leave}>
          Leave
        </Button>
      </div>
    </Dialog>
  );
}
