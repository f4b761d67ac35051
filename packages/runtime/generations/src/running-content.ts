import type { Plant, PlantDocument } from '@fieldwarden/config';
import type { PlannedFrom, RunningVersion, SealedStore, VersionContent } from './ports.js';

/** Documents of more tags are read again from their snapshot when somebody asks: 100,000 tags need not be kept twice. */
const keptTags = 20_000;

/** The content of the running generation. Its plant is what the drivers hold anyway; its document is in memory if it is small. */
export class RunningContent {
  readonly #snapshots: Pick<SealedStore, 'read'>;
  #generation!: number;
  #plant!: Plant;
  #document: PlantDocument | undefined;

  constructor(parts: { readonly snapshots: Pick<SealedStore, 'read'> }, version: RunningVersion) {
    this.#snapshots = parts.snapshots;
    this.replace(version);
  }

  replace({ summary, document, plant }: RunningVersion): void {
    this.#generation = summary.generation;
    this.#plant = plant;
    this.#document = summary.tags <= keptTags ? document : undefined;
  }

  /** For a plan, which needs the document for its words only: a snapshot that cannot be read holds no generation back. */
  async forPlan(): Promise<PlannedFrom> {
    const plant = this.#plant;
    return await this.load().catch(() => ({ document: null, plant }));
  }

  /** Rejects when the document is no longer in memory and its snapshot cannot be read. */
  async load(): Promise<VersionContent> {
    const plant = this.#plant;
    const document = this.#document ?? (await this.#snapshots.read(this.#generation)).document;
    return { document, plant };
  }
}
