import {
  editPlantText,
  loadPlantDocument,
  loadPlantText,
  loadThirdParties,
  textDigest,
  type Catalogue,
  type PlantDocument,
} from '@fieldwarden/config';
import { messageOf, type Clock } from '@fieldwarden/core';
import { OneAtATime, type CheckedPlant, type PlantSource } from '@fieldwarden/generations';
import { CheckingThread, type CheckJob } from './checking-thread.js';

/**
 * From here on a document is checked in a thread of its own: the syntax tree of 100,000 tags takes 700 MB, which the main thread's
 * heap would keep for as long as the gateway runs, and checking them takes longer than a scan may wait.
 */
const largeTextBytes = 1024 * 1024;
const largeTagCount = 2_000;

/** Each holds a document until it is its turn. */
const maxWaiting = 8;

/** Checks plant documents without holding up the line. Drivers and services of third parties end up in `catalogue`. */
export class PlantChecker {
  readonly #catalogue: Catalogue;
  readonly #home: string;
  readonly #thread: CheckingThread;
  readonly #jobs = new OneAtATime(maxWaiting);

  /** Names in a document that has no file are relative to `home`. */
  constructor(catalogue: Catalogue, home: string, clock: Clock) {
    this.#catalogue = catalogue;
    this.#home = home;
    this.#thread = new CheckingThread(clock);
  }

  readonly check = async (source: PlantSource, baseDir = this.#home): Promise<CheckedPlant> => {
    if (isLarge(source)) return await this.#checkAside({ source, baseDir });
    if (!('text' in source)) return await loadPlantDocument(source.document, baseDir, this.#catalogue);
    const { absoluteText, ...checked } = await loadPlantText(source.text, baseDir, this.#catalogue);
    if (absoluteText === undefined) return checked;
    return { ...checked, source: { text: absoluteText, sha256: textDigest(source.text) } };
  };

  readonly edit = async (text: string, document: PlantDocument): Promise<string> => {
    if (!document.drivers || (!isLarge({ text }) && !isLarge({ document }))) return editPlantText(text, document);
    return await this.#jobs.run(() => this.#thread.edit(text, document));
  };

  /** Gives back what is only kept for the next document. */
  release(): void {
    this.#thread.release();
  }

  async #checkAside(job: CheckJob): Promise<CheckedPlant> {
    try {
      const checked = await this.#jobs.run(() => this.#thread.check(job));
      // Functions do not cross threads: the modules are loaded here again.
      if (checked.document) await loadThirdParties(checked.document, job.baseDir, this.#catalogue);
      return checked;
    } catch (error) {
      const message = `the document could not be checked: ${messageOf(error)}`;
      return { findings: [{ path: '', rule: 'not-checked', message, severity: 'error' }] };
    }
  }
}

function isLarge(source: PlantSource): boolean {
  if ('text' in source) return source.text.length > largeTextBytes;
  return tagCount(source.document) > largeTagCount;
}

/** Of whatever came; a document of another shape has none. */
function tagCount(document: unknown): number {
  const { drivers } = (document ?? {}) as { drivers?: unknown };
  const members = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
  const devices = members(drivers).flatMap((driver) => members((driver as { devices?: unknown } | null)?.devices));
  return devices.reduce<number>((sum, device) => sum + members((device as { tags?: unknown } | null)?.tags).length, 0);
}
