import type { ReactElement } from 'react';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';

interface DiscardDialogProps {
  readonly onDiscard: () => void;
  readonly onClose: () => void;
}

export function DiscardDialog({ onDiscard, onClose }: DiscardDialogProps): ReactElement {
  const discard = (): void => {
    onClose();
    onDiscard();
  };
  return (
    <Dialog title="Discard the draft?" onClose={onClose}>
      <p>Everything that differs from the published document is lost, also what others have saved in the draft.</p>
      <div className="buttons">
        <Button onClick={onClose} autoFocus>
          Keep it
        </Button>
        <Button look="danger" onClick={discard}>
          Discard
        </Button>
      </div>
    </Dialog>
  );
}
