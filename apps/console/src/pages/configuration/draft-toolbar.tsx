import { useState, type ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { ApiError } from '../../api/api-error.js';
import { draftResource } from '../../api/config-requests.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { Time } from '../../parts/time.js';
import { isUnsaved, type DraftBuffer } from './draft-buffer.js';
import { DiscardDialog } from './discard-dialog.js';
import { ImportDialog } from './import-dialog.js';
import { discardBuffer, saveBuffer } from './use-draft.js';

interface DraftToolbarProps {
  readonly buffer: DraftBuffer;
  /** Nothing in it keeps it from being published. */
  readonly publishable: boolean;
  readonly onPublish: () => void;
}

export function DraftToolbar({ buffer, publishable, onPublish }: DraftToolbarProps): ReactElement {
  const mayConfigure = useMay('configure');
  const mayPublish = useMay('publish');
  const [error, setError] = useState<ApiError>();
  const [importing, setImporting] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const unsaved = isUnsaved(buffer);
  const edited = unsaved || buffer.base?.edited === true;
  const run = (work: () => Promise<unknown>): void => {
    setError(undefined);
    work().catch((thrown: unknown) => {
      const problem = ApiError.of(thrown);
      // The newer draft that then comes says it better.
      if (problem.problem?.code !== 'REVISION_STALE') setError(problem);
      draftResource.refresh();
    });
  };
  return (
    <>
      <div className="toolbar">
        <DraftState buffer={buffer} />
        <span className="grow" />
        <Button small may={mayConfigure} onClick={() => setImporting(true)}>
          Import tags …
        </Button>
        <Button small may={mayConfigure} disabled={!edited} onClick={() => setDiscarding(true)}>
          Discard changes …
        </Button>
        <Button small may={mayConfigure} disabled={!unsaved} onClick={() => run(saveBuffer)}>
          Save draft
        </Button>
        <Button small look="primary" may={mayPublish} disabled={!edited || !publishable} onClick={onPublish}>
          Publish …
        </Button>
      </div>
      {error && <ProblemNote error={error} title="That did not work" />}
      {discarding && <DiscardDialog onDiscard={() => run(discardBuffer)} onClose={() => setDiscarding(false)} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function DraftState({ buffer }: { readonly buffer: DraftBuffer }): ReactElement {
  const { base } = buffer;
  if (isUnsaved(buffer)) return <Badge tone="warning" icon="warning" word="Not saved" />;
  if (!base?.edited) {
    const word =
      base?.baseGeneration === null ? 'Nothing published yet' : `As generation ${base?.baseGeneration ?? ''}`;
    return <Badge tone="good" icon="check" word={word} />;
  }
  return (
    <span>
      <Badge tone="busy" icon="configuration" word="Draft saved" />{' '}
      <span className="soft">
        <Time at={base.updatedAt} otherwise="" /> {base.author && `by ${base.author}`}
      </span>
    </span>
  );
}
