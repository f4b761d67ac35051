import type { PublishAnswer } from '@fieldwarden/admin-contract';
import { useEffect, useState, type ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { ApiError } from '../../api/api-error.js';
import { diffOfText, publish, type PlannedChanges } from '../../api/config-requests.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { useAttempt } from '../../parts/use-attempt.js';
import { PlannedChangesView } from './planned-changes.js';
import { PublishFailures, tellPublished } from './generations/published.js';
import { saveBuffer } from './use-draft.js';

interface PublishDialogProps {
  readonly text: string;
  readonly onClose: () => void;
}

/** What publishing will do; the message for those who come later; then what became of it. */
export function PublishDialog({ text, onClose }: PublishDialogProps): ReactElement {
  const may = useMay('publish');
  const { diff, problem } = useDiff(text);
  const [message, setMessage] = useState('');
  const { busy, error, run } = useAttempt();
  const [answer, setAnswer] = useState<PublishAnswer>();
  const changesNothing = diff?.changes.length === 0 && diff.steps.length === 0;
  const go = async (): Promise<void> => {
    const draft = await saveBuffer();
    const published = await publish({ message, ...(draft && { expectedRevision: draft.revision }) });
    tellPublished(published);
    if (published.failures.length > 0) setAnswer(published);
    else onClose();
  };
  return (
    <Dialog title="Publish the draft" wide onClose={onClose}>
      {diff && <PlannedChangesView diff={diff} />}
      {!diff && !problem && <p className="soft">Working out what will happen …</p>}
      {problem && <ProblemNote error={problem} title="What will happen could not be worked out" />}
      {error && <ProblemNote error={error} title="Not published" />}
      {answer && <PublishFailures answer={answer} />}
      {!answer && (
        <form
          className="publish"
          onSubmit={(event) => {
            event.preventDefault();
            void run(go);
          }}
        >
          <label className="field">
            Message
            <input
              className="input wide"
              value={message}
              placeholder="What and why, for those who come later"
              onChange={(event) => setMessage(event.target.value)}
            />
          </label>
          <div className="buttons">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              look="primary"
              may={may}
              disabled={busy || message.trim() === '' || !diff || changesNothing}
            >
              {busy ? 'Publishing …' : 'Publish'}
            </Button>
          </div>
        </form>
      )}
      {answer && (
        <div className="buttons">
          <Button onClick={onClose}>Close</Button>
        </div>
      )}
    </Dialog>
  );
}

function useDiff(text: string): { readonly diff: PlannedChanges | undefined; readonly problem: ApiError | undefined } {
  const [diff, setDiff] = useState<PlannedChanges>();
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    let gone = false;
    diffOfText(text).then(
      (answer) => {
        if (!gone) setDiff(answer);
      },
      (error: unknown) => {
        if (!gone) setProblem(ApiError.of(error));
      },
    );
    return () => {
      gone = true;
    };
  }, [text]);
  return { diff, problem };
}
