import type { HostName } from '../host-name.js';
import type { PostMortemSummary } from './post-mortem-summary.js';

/** Summaries that are remembered of each driver or service, and whole records among them: the newest. */
const remembered = { summaries: 20, records: 3 } as const;

interface Unkept<Name extends HostName> {
  readonly summary: PostMortemSummary<Name>;
  /** As it would stand in the file; undefined once newer ones took its place. */
  readonly text: string | undefined;
}

/** Post-mortems that the disk did not take: told as such, and shown as long as this process lives and memory allows. */
export class UnkeptPostMortems<Name extends HostName> {
  readonly #byOwner = new Map<string, readonly Unkept<Name>[]>();

  /** `summary.notKept` says why. */
  add(ownerId: string, summary: PostMortemSummary<Name>, text: string): void {
    const all = [{ summary, text }, ...(this.#byOwner.get(ownerId) ?? [])].slice(0, remembered.summaries);
    this.#byOwner.set(
      ownerId,
      all.map((unkept, index) => (index < remembered.records ? unkept : { ...unkept, text: undefined })),
    );
  }

  /** Newest first. */
  of(ownerId: string): readonly PostMortemSummary<Name>[] {
    return (this.#byOwner.get(ownerId) ?? []).map(({ summary }) => summary);
  }

  text(ownerId: string, postMortemId: string): string | undefined {
    return this.#byOwner.get(ownerId)?.find(({ summary }) => summary.postMortemId === postMortemId)?.text;
  }
}
