import type { StoredDraft } from '@fieldwarden/authority';

/** What somebody who goes on with the draft begins with. */
export interface PresentDraft extends Omit<StoredDraft, 'text'> {
  /** Without a draft of its own: the published document as YAML. */
  readonly text: string;
  /** False while the text is just the published document. */
  readonly edited: boolean;
}

/** `published`: the text that stands for the draft while there is none. */
export function presentDraft({ text, ...draft }: StoredDraft, published: string): PresentDraft {
  return { ...draft, text: text ?? published, edited: text !== null };
}
