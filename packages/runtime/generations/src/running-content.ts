import type { Generation } from '@fieldwarden/authority';
import { summaryOf, type Plant } from '@fieldwarden/config';
import type { PlannedFrom, RunningVersion, SealedStore, VersionContent } from './ports.js';

/** The content of more tags is asked for again when somebody wants it: 100,000 tags need not be kept twice. */
const keptTags = 20_000;

export interface RunningContentDependencies {
  readonly snapshots: Pick<SealedStore, 'read'>;
  /** The plant as the drivers run it. */
  readonly plant: () => Promise<Plant>;
}

type Written = Pick<Generation, 'document' | 'text'>;

export function versionOf(generation: Generation): Omit<RunningVersion, 'plant'> {
  const { document, text } = generation;
  return { summary: summaryOf(generation), document, ...(text !== undefined && { text }) };
}

/** The content of the running generation: in memory if it is small, else its plant from the drivers and its document from its snapshot. */
export class RunningContent {
  readonly #parts: RunningContentDependencies;
  #generation!: number;
  #plant: Plant | undefined;
  #written: Written | undefined;

  constructor(parts: RunningContentDependencies, version: RunningVersion) {
    this.#parts = parts;
    this.replace(version);
  }

  replace({ summary, document, text, plant }: RunningVersion): void {
    this.#generation = summary.generation;
    const isSmall = summary.tags <= keptTags;
    this.#plant = isSmall ? plant : undefined;
    this.#written = isSmall ? { document, ...(text !== undefined && { text }) } : undefined;
  }

  /** For a plan, which needs the document for its words only: a snapshot that cannot be read holds no generation back. */
  async forPlan(): Promise<PlannedFrom> {
    return await this.load().catch(async () => ({ document: null, plant: await this.#plantNow() }));
  }

  /** Rejects when the document is no longer in memory and its snapshot cannot be read. */
  async load(): Promise<VersionContent> {
    const { document } = await this.written();
    return { document, plant: await this.#plantNow() };
  }

  /** Rejects likewise. */
  async written(): Promise<Written> {
    return this.#written ?? (await this.#parts.snapshots.read(this.#generation));
  }

  async #plantNow(): Promise<Plant> {
    return this.#plant ?? (await this.#parts.plant());
  }
}
