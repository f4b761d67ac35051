import type { ReactElement } from 'react';
import { Button } from '../../parts/button.js';
import { Note } from '../../parts/problem-note.js';
import { draftBuffer, keptMine, type DraftBuffer } from './draft-buffer.js';

/** Somebody else saved or published meanwhile: which of the two shall go on? */
export function NewerDraft({ buffer: { newer } }: { readonly buffer: DraftBuffer }): ReactElement | null {
  if (!newer) return null;
  return (
    <Note tone="warning" icon="warning" title="The draft was changed elsewhere" role="alert">
      <p className="detail">
        {newer.author ?? 'Somebody'} saved or published while this text was being changed. Saving now would be refused.
      </p>
      <div className="toolbar">
        <Button small onClick={() => draftBuffer.set({ text: newer.text, base: newer, newer: undefined })}>
          Take theirs, lose mine
        </Button>
        <Button small onClick={() => draftBuffer.update(keptMine)}>
          Keep mine, replace theirs when saving
        </Button>
      </div>
    </Note>
  );
}
