import type { GenerationRow, PublishAnswer } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { diffResource, rollBack } from '../../../api/config-requests.js';
import { Button } from '../../../parts/button.js';
import { Dialog } from '../../../parts/dialog.js';
import { Loaded } from '../../../parts/loaded.js';
import { ProblemNote } from '../../../parts/problem-note.js';
import { useAttempt } from '../../../parts/use-attempt.js';
import { useResource } from '../../../state/resources.js';
import { PlannedChangesView } from '../planned-changes.js';
import { PublishFailures, tellPublished } from './published.js';

interface RollbackDialogProps {
  readonly row: GenerationRow;
  readonly running: number;
  readonly onClose: () => void;
}

/** The old content as a new generation; history stays as it was. */
export function RollbackDialog({ row, running, onClose }: RollbackDialogProps): ReactElement {
  const { generation } = row;
  const diff = useResource(diffResource(String(running), String(generation)));
  const { busy, error, run } = useAttempt();
  const [answer, setAnswer] = useState<PublishAnswer>();
  const go = async (): Promise<void> => {
    const published = await rollBack({ generation });
    tellPublished(published);
    if (published.failures.length > 0) setAnswer(published);
    else onClose();
  };
  return (
    <Dialog title={`Roll back to generation ${generation}`} wide onClose={onClose}>
      <p>
        What generation {generation} says is published again, with a number of its own. Generation {running} stays in
        the list.
      </p>
      <Loaded state={diff} what="what will happen">
        {(changes) => <PlannedChangesView diff={changes} />}
      </Loaded>
      {error && <ProblemNote error={error} title="Not rolled back" />}
      {answer && <PublishFailures answer={answer} />}
      <div className="buttons">
        <Button onClick={onClose} autoFocus>
          {answer ? 'Close' : 'Cancel'}
        </Button>
        {!answer && (
          <Button look="danger" disabled={busy || !diff.data} onClick={() => void run(go)}>
            {busy ? 'Rolling back …' : 'Roll back'}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
