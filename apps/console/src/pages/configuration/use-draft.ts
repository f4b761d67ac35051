import type { Draft } from '@fieldwarden/admin-contract';
import { useEffect } from 'react';
import { discardDraft, draftResource, saveDraft } from '../../api/config-requests.js';
import { unsavedWork } from '../../app/navigation-guard.js';
import type { ResourceState } from '../../state/resource.js';
import { useResource } from '../../state/resources.js';
import { useStore } from '../../state/store.js';
import { draftBuffer, isUnsaved, takenFromGateway, type DraftBuffer } from './draft-buffer.js';

interface DraftState {
  readonly loaded: ResourceState<Draft>;
  readonly buffer: DraftBuffer;
}

/** The draft, from the gateway and as it is typed. */
export function useDraft(): DraftState {
  const loaded = useResource(draftResource);
  const buffer = useStore(draftBuffer);
  const draft = loaded.data;
  useEffect(() => {
    if (draft) draftBuffer.update((present) => takenFromGateway(present, draft));
  }, [draft]);
  const unsaved = isUnsaved(buffer);
  useEffect(() => {
    unsavedWork.set(
      unsaved ? 'The draft has changes that are not saved. They stay in this tab until it is closed.' : null,
    );
    return () => unsavedWork.set(null);
  }, [unsaved]);
  return { loaded, buffer };
}

/** The draft as it is then kept; null if there was nothing to save. */
export async function saveBuffer(): Promise<Draft | null> {
  const buffer = draftBuffer.get();
  if (!isUnsaved(buffer) || buffer.text === undefined || !buffer.base) return buffer.base ?? null;
  const saved = await saveDraft(buffer.text, buffer.base.revision);
  // What was typed while it was saved is newer.
  draftBuffer.update(({ text }) => ({ text, base: saved, newer: undefined }));
  draftResource.refresh();
  return saved;
}

/** The published document again. */
export async function discardBuffer(): Promise<void> {
  const draft = await discardDraft();
  draftBuffer.set({ text: draft.text, base: draft, newer: undefined });
  draftResource.refresh();
}
