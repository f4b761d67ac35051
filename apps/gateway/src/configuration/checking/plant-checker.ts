import {
  editPlantText,
  loadPlantDocument,
  loadPlantText,
  registerThirdParties,
  textDigest,
  type Catalogue,
  type DocumentPlace,
  type PlantDocument,
  type TagImportRequest,
  type TextImport,
} from '@fieldwarden/config';
import { messageOf, type Clock, type LiveSecrets } from '@fieldwarden/core';
import type { Finding } from '@fieldwarden/gateway-contract';
import { OneAtATime, type CheckedPlant, type PlantSource } from '@fieldwarden/generations';
import { CheckingProcess, type CheckedDocument } from './checking-process.js';

/** Until the gateway serves, smaller texts of the operator's own file are checked here: that is quicker than starting a process. */
const smallTextLength = 1024 * 1024;

/** Each holds a document until it is its turn. */
const maxWaiting = 8;

export interface PlantCheckerDependencies {
  /** Drivers and services of third parties end up here, as data. */
  readonly catalogue: Catalogue;
  /** Learns what references stand for. */
  readonly secrets: LiveSecrets;
  readonly clock: Clock;
}

/** What documents may reach. */
export interface PlantReach {
  /** Names in a document that has no file are relative to it. */
  readonly home: string;
  /** Folders below which `${file:}` reads. */
  readonly secretFolders: readonly string[];
  /** Folders from which modules of third parties are loaded. */
  readonly moduleFolders: readonly string[];
}

/** Checks plant documents without holding up the line: in a process of its own, whatever they are. */
export class PlantChecker {
  readonly #deps: PlantCheckerDependencies;
  readonly #reach: PlantReach;
  readonly #process: CheckingProcess;
  readonly #jobs = new OneAtATime(maxWaiting);
  #serves = false;

  constructor(deps: PlantCheckerDependencies, reach: PlantReach) {
    this.#deps = deps;
    this.#reach = reach;
    this.#process = new CheckingProcess(deps.clock);
  }

  readonly check = async (source: PlantSource, baseDir?: string): Promise<CheckedPlant> => {
    const place = this.#placeOf(source, baseDir);
    const { modules = [], secrets = [], ...checked } = await this.#checked(source, place);
    this.#deps.secrets.learn(secrets);
    // Of what is refused nothing is kept: it may name a module that is mended later.
    if (checked.plant) registerThirdParties(modules, this.#deps.catalogue);
    return checked;
  };

  readonly edit = async (text: string, document: PlantDocument): Promise<string> => {
    if (!this.#serves && isSmall({ text }) && isSmall({ document })) return editPlantText(text, document);
    return await this.#jobs.run(() => this.#process.edit(text, document));
  };

  /** Puts a table of tags into the text of a document. */
  readonly importTags = async (text: string, request: TagImportRequest, mayConfigure: boolean): Promise<TextImport> => {
    const place = this.#placeOf({ text, mayConfigure }, undefined);
    try {
      return await this.#jobs.run(() => this.#process.import(text, request, place));
    } catch (error) {
      return { rows: 0, text: null, removed: [], findings: [notChecked(error)] };
    }
  };

  /** The gateway serves from now on. Gives back what is only kept for the next document. */
  release(): void {
    this.#serves = true;
    this.#process.release();
  }

  /** What was published before is published: it is not asked again where its modules and secrets lie. */
  #placeOf(source: PlantSource, baseDir: string | undefined): DocumentPlace {
    const { home, secretFolders, moduleFolders: folders } = this.#reach;
    const isPublished = !this.#serves && 'document' in source;
    const running = this.#deps.catalogue;
    const entries = [...running.drivers.types(), ...running.services.all()].map(({ entry }) => entry);
    return {
      baseDir: baseDir ?? home,
      home,
      secretFolders: isPublished ? ['/'] : secretFolders,
      modules: { folders, trusted: isPublished ? 'all' : entries },
      mayConfigure: source.mayConfigure !== false,
      ...(source.ranBefore && { ranBefore: true }),
    };
  }

  async #checked(source: PlantSource, place: DocumentPlace): Promise<CheckedDocument> {
    const { catalogue } = this.#deps;
    if (!this.#serves && isSmall(source)) {
      if (!('text' in source)) return await loadPlantDocument(source.document, place, catalogue);
      const { absoluteText, ...checked } = await loadPlantText(source.text, place, catalogue);
      if (absoluteText === undefined) return checked;
      return { ...checked, source: { text: absoluteText, sha256: textDigest(source.text) } };
    }
    try {
      return await this.#jobs.run(() => this.#process.check({ source, place }));
    } catch (error) {
      return { findings: [notChecked(error)] };
    }
  }
}

function notChecked(error: unknown): Finding {
  const message = `the document could not be checked: ${messageOf(error)}`;
  return { path: '', rule: 'not-checked', message, severity: 'error' };
}

function isSmall(source: PlantSource): boolean {
  return 'text' in source ? source.text.length <= smallTextLength : tagCount(source.document) <= smallTagCount;
}

const smallTagCount = 2_000;

/** Of whatever came; a document of another shape has none. */
function tagCount(document: unknown): number {
  const { drivers, ...sections } = (document ?? {}) as Readonly<Record<string, unknown>>;
  const members = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
  const rows = Object.values(sections).reduce<number>((sum, section) => sum + members(section).length, 0);
  const devices = members(drivers).flatMap((driver) => members((driver as { devices?: unknown } | null)?.devices));
  return devices.reduce<number>(
    (sum, device) => sum + members((device as { tags?: unknown } | null)?.tags).length,
    rows,
  );
}
