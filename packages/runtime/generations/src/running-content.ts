import { DocumentRefused } from './generation-errors.js';
import type { PlantCheck, RunningVersion, SealedStore, VersionContent } from './ports.js';

/** Documents of more tags are read again from their snapshot when somebody asks: 100,000 tags need not be kept twice. */
const keptTags = 20_000;

/** The content of the running generation: in memory if it is small, else from its sealed snapshot. */
export class RunningContent {
  readonly #parts: { readonly snapshots: Pick<SealedStore, 'read'>; readonly check: PlantCheck };
  #generation = 0;
  #kept: VersionContent | undefined;

  constructor(
    parts: { readonly snapshots: Pick<SealedStore, 'read'>; readonly check: PlantCheck },
    version: RunningVersion,
  ) {
    this.#parts = parts;
    this.replace(version);
  }

  replace({ summary, document, plant }: RunningVersion): void {
    this.#generation = summary.generation;
    this.#kept = summary.tags <= keptTags ? { document, plant } : undefined;
  }

  async load(): Promise<VersionContent> {
    if (this.#kept) return this.#kept;
    const { document } = await this.#parts.snapshots.read(this.#generation);
    const { plant, findings } = await this.#parts.check({ document });
    if (!plant) throw new DocumentRefused(`the running generation ${this.#generation}`, findings);
    return { document, plant };
  }
}
