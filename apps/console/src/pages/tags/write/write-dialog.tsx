import type { TagWriteAnswer } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { ApiError } from '../../../api/api-error.js';
import { writeTag } from '../../../api/tag-requests.js';
import { Button } from '../../../parts/button.js';
import { Dialog } from '../../../parts/dialog.js';
import { Note, ProblemNote } from '../../../parts/problem-note.js';
import { LiveNow } from '../live-now.js';
import type { KnownTag } from '../tag-directory.js';
import { outcomeWords } from './write-outcomes.js';

interface WriteDialogProps {
  readonly tag: KnownTag;
  readonly value: unknown;
  readonly onClose: () => void;
}

type Told = Pick<TagWriteAnswer, 'outcome' | 'confirmedBy' | 'message'>;

type Outcome = Told | { readonly error: ApiError };

/** Asks once more, writes, and tells what became of it. */
export function WriteDialog({ tag, value, onClose }: WriteDialogProps): ReactElement {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const isOfDevice = tag.driverId !== null;
  const write = async (): Promise<void> => {
    setBusy(true);
    try {
      setOutcome(await writeTag(tag.path, value));
    } catch (thrown) {
      setOutcome({ error: ApiError.of(thrown) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={isOfDevice ? 'Write to the device' : 'Write to the gateway'} onClose={onClose}>
      <dl className="facts">
        <dt>Tag</dt>
        <dd className="mono">{tag.path}</dd>
        <dt>Device</dt>
        <dd>{isOfDevice ? `${tag.driverId} / ${tag.device}` : 'the gateway itself'}</dd>
        <dt>Present value</dt>
        <dd>
          <LiveNow tag={tag} />
        </dd>
        <dt>New value</dt>
        <dd>
          {value === '' ? (
            <em>an empty text</em>
          ) : (
            <strong>
              {String(value)} {tag.unit}
            </strong>
          )}
        </dd>
      </dl>
      {!outcome && (
        <p>The {isOfDevice ? 'machine' : 'gateway'} acts on it at once. The write is logged with your name.</p>
      )}
      {outcome && <OutcomeNote outcome={outcome} />}
      <div className="buttons">
        <Button onClick={onClose} autoFocus>
          {outcome ? 'Close' : 'Cancel'}
        </Button>
        {!outcome && (
          <Button look="primary" disabled={busy} onClick={() => void write()}>
            {busy ? 'Writing …' : 'Write'}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function OutcomeNote({ outcome }: { readonly outcome: Outcome }): ReactElement {
  if ('error' in outcome && outcome.error.unreachable)
    return <OutcomeWordsNote outcome="unknown" message={outcome.error.message} />;
  if (!('error' in outcome)) return <OutcomeWordsNote {...outcome} />;
  const { error } = outcome;
  const { title, meaning } = outcomeWords(error.problem?.outcome ?? 'not-sent');
  return (
    <>
      <ProblemNote error={error} title={title} />
      <p>{meaning}</p>
    </>
  );
}

function OutcomeWordsNote({ outcome, confirmedBy, message }: Told): ReactElement {
  const { tone, title, meaning } = outcomeWords(outcome, confirmedBy);
  const isReadBack = outcome === 'done' && message !== undefined;
  return (
    <Note tone={tone} icon={tone === 'good' ? 'check' : 'warning'} title={title} role="alert">
      <p className="detail">{isReadBack ? 'The device has the value.' : meaning}</p>
      {message && <p className="small">{message}</p>}
    </Note>
  );
}
