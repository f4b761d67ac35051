import { loadPlantDocument, loadPlantText, loadThirdPartyDrivers } from '@fieldwarden/config';
import { messageOf } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import type { CheckedPlant, PlantSource } from '@fieldwarden/generations';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread is asked. Plain data, so that it crosses threads. */
export interface CheckJob {
  readonly source: PlantSource;
  readonly baseDir: string;
}

/**
 * From here on a document is checked in a thread of its own: the syntax tree of 100,000 tags takes 700 MB, which the main thread's
 * heap would keep for as long as the gateway runs, and checking them takes longer than a scan may wait.
 */
const largeTextBytes = 1024 * 1024;
const largeTagCount = 2_000;

/** Checks plant documents without holding up the line. Third-party drivers end up in `registry`. */
export class PlantChecker {
  readonly #registry: DriverRegistry;
  readonly #home: string;

  /** Names in a document that has no file are relative to `home`. */
  constructor(registry: DriverRegistry, home: string) {
    this.#registry = registry;
    this.#home = home;
  }

  readonly check = async (source: PlantSource, baseDir = this.#home): Promise<CheckedPlant> => {
    if (isLarge(source)) return await this.#checkAside({ source, baseDir });
    return 'text' in source
      ? await loadPlantText(source.text, baseDir, this.#registry)
      : await loadPlantDocument(source.document, baseDir, this.#registry);
  };

  async #checkAside(job: CheckJob): Promise<CheckedPlant> {
    const checked = await checkInThread(job);
    if (!checked.plant || !checked.document) return checked;
    // Functions do not cross threads: the driver modules are loaded here again.
    await loadThirdPartyDrivers(checked.document, job.baseDir, this.#registry);
    return { ...checked, plant: deepFreeze(checked.plant) };
  }
}

async function checkInThread(job: CheckJob): Promise<CheckedPlant> {
  const worker = new Worker(new URL('plant-checker-worker.js', import.meta.url), { workerData: job });
  try {
    const [checked] = (await once(worker, 'message')) as [CheckedPlant];
    return checked;
  } catch (error) {
    const message = `the document could not be checked: ${messageOf(error)}`;
    return { findings: [{ path: '', rule: 'not-checked', message, severity: 'error' }] };
  } finally {
    await worker.terminate();
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

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
