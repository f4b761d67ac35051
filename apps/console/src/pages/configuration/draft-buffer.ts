import type { Draft } from '@fieldwarden/admin-contract';
import { createStore } from '../../state/store.js';

/** The draft as it is typed; it outlives the page, so that going back does not lose it. */
export interface DraftBuffer {
  /** What stands in the editor; undefined until the draft is loaded. */
  readonly text: string | undefined;
  /** The draft of the gateway that the text began from. */
  readonly base: Draft | undefined;
  /** A newer draft of the gateway than `base`, while the text has changes of its own. */
  readonly newer: Draft | undefined;
}

export const draftBuffer = createStore<DraftBuffer>({ text: undefined, base: undefined, newer: undefined });

export function isUnsaved({ text, base }: DraftBuffer): boolean {
  return text !== undefined && base !== undefined && text !== base.text;
}

/** What the gateway says goes into the editor, unless that would lose what was typed. */
export function takenFromGateway(buffer: DraftBuffer, draft: Draft): DraftBuffer {
  if (!isUnsaved(buffer) || buffer.text === draft.text) return { text: draft.text, base: draft, newer: undefined };
  return draft.revision === buffer.base?.revision ? buffer : { ...buffer, newer: draft };
}

/** Goes on with the typed text on top of the newer draft: saving then replaces what somebody else wrote. */
export function keptMine(buffer: DraftBuffer): DraftBuffer {
  return buffer.newer ? { ...buffer, base: buffer.newer, newer: undefined } : buffer;
}
