import type { ReactElement } from 'react';
import { Button } from '../../../parts/button.js';
import { Dialog } from '../../../parts/dialog.js';
import { DocumentView } from '../document-view.js';

export function ViewDialog({
  generation,
  onClose,
}: {
  readonly generation: number;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog title={`Generation ${generation}`} wide onClose={onClose}>
      <DocumentView generation={generation} />
      <div className="buttons">
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
