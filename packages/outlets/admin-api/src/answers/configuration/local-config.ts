import type {
  ConfigAudit,
  ConfigDiff,
  CsvImportAnswer,
  CsvImportRequest,
  Draft,
  DraftRequest,
  GenerationDetail,
  GenerationList,
  KepwareImportRequest,
  PublishAnswer,
  PublishRequest,
  RollbackRequest,
  ValidateRequest,
  ValidationAnswer,
} from '@fieldwarden/admin-contract';
import type { Generation } from '@fieldwarden/authority';
import {
  documentToYaml,
  exportTagsCsv,
  plantJsonSchema,
  plantSchema,
  type Catalogue,
  type PlantDocument,
  type TagImportRequest,
  type TextImport,
} from '@fieldwarden/config';
import type { DiffSide, Generations, PlantTextEdit, PublishSource } from '@fieldwarden/generations';
import type {
  ChangeOrigin,
  ComparedSide,
  ConfigAsker,
  ConfigControl,
  ExportFormat,
} from '../../control/config-control.js';
import {
  configAudit,
  diffAnswer,
  draftAnswer,
  generationDetail,
  generationList,
  publishAnswer,
  validationAnswer,
} from './config-answers.js';
import { askedBy } from './same-access.js';

export interface LocalConfigDependencies {
  readonly generations: Generations;
  readonly catalogue: Catalogue;
  readonly edit: PlantTextEdit;
  readonly importTags: TagImporter;
}

/** Puts a table of tags into the text of a document. Never rejects: what is wrong is a finding. */
export type TagImporter = (text: string, request: TagImportRequest, mayConfigure: boolean) => Promise<TextImport>;

/** What the Admin API asks about configuration, answered by the generations of this gateway. */
export class LocalConfig implements ConfigControl {
  readonly #deps: LocalConfigDependencies;

  constructor(deps: LocalConfigDependencies) {
    this.#deps = deps;
  }

  async draft(): Promise<Draft> {
    return draftAnswer(await this.#deps.generations.draft());
  }

  async saveDraft({ text, document, expectedRevision }: DraftRequest, by: ChangeOrigin): Promise<Draft> {
    const draft = text ?? (await this.#draftThatSays(document));
    return draftAnswer(await this.#deps.generations.saveDraft(draft, expectedRevision, by));
  }

  async discardDraft(by: ChangeOrigin): Promise<Draft> {
    return draftAnswer(await this.#deps.generations.discardDraft(by));
  }

  async validate(request: ValidateRequest, asker: ConfigAsker): Promise<ValidationAnswer> {
    return validationAnswer(await this.#deps.generations.validate(sourceOf(request, asker)));
  }

  async diff(from: ComparedSide, to: ComparedSide, asker: ConfigAsker): Promise<ConfigDiff> {
    return diffAnswer(await this.#deps.generations.diff(sideOf(from, asker), sideOf(to, asker)));
  }

  async publish(
    { message, expectedRevision, file, ...request }: PublishRequest,
    by: ChangeOrigin,
  ): Promise<PublishAnswer> {
    const options = {
      message,
      ...askedBy(by),
      ...(expectedRevision !== undefined && { expectedRevision }),
      ...(file && { file }),
    };
    return publishAnswer(await this.#deps.generations.publish(sourceOf(request, { mayConfigure: true }), options));
  }

  async rollback({ generation, ...options }: RollbackRequest, by: ChangeOrigin): Promise<PublishAnswer> {
    return publishAnswer(await this.#deps.generations.rollback(generation, { ...options, ...askedBy(by) }));
  }

  async generations(limit: number, before: number | undefined): Promise<GenerationList> {
    return generationList(await this.#deps.generations.archive.list(limit, before));
  }

  async generation(number: number): Promise<GenerationDetail> {
    return generationDetail(await this.#deps.generations.archive.generation(number));
  }

  async audit(limit: number): Promise<ConfigAudit> {
    return configAudit(await this.#deps.generations.archive.audit(limit));
  }

  async export(format: ExportFormat, generation: number | undefined): Promise<string> {
    return exportedText(await this.#writtenOf(generation), format);
  }

  async importCsv({ csv, text, mode }: CsvImportRequest, asker: ConfigAsker): Promise<CsvImportAnswer> {
    return await this.#importInto(text, { table: csv, ...(mode && { mode }) }, asker);
  }

  async importKepware(request: KepwareImportRequest, asker: ConfigAsker): Promise<CsvImportAnswer> {
    const { tags, driverId, deviceId, prefix, text, mode } = request;
    const target = { driverId, deviceId, ...(prefix !== undefined && { prefix }) };
    return await this.#importInto(text, { table: tags, target, ...(mode && { mode }) }, asker);
  }

  plantSchema(): Readonly<Record<string, unknown>> {
    return { ...plantJsonSchema(this.#deps.catalogue) };
  }

  /** `text`: the document; undefined = the draft. */
  async #importInto(
    text: string | undefined,
    request: TagImportRequest,
    { mayConfigure }: ConfigAsker,
  ): Promise<CsvImportAnswer> {
    const source = text ?? (await this.draft()).text;
    const { removed, ...imported } = await this.#deps.importTags(source, request, mayConfigure || text === undefined);
    return {
      schema: 'fieldwarden/csv-import@1',
      ...imported,
      removedTags: removed.length,
      removed: removed.slice(0, maxNamed),
    };
  }

  /** What comes as values is put into the text that is there; a document of no shape is kept as it is, for validation to tell. */
  async #draftThatSays(document: unknown): Promise<string> {
    const isPlant = plantSchema(this.#deps.catalogue.services).safeParse(document).success;
    if (!isPlant) return documentToYaml(document as PlantDocument);
    return await this.#deps.edit((await this.draft()).text, document as PlantDocument);
  }

  async #writtenOf(generation: number | undefined): Promise<Pick<Generation, 'document' | 'text'>> {
    if (generation === undefined) return await this.#deps.generations.written();
    return await this.#deps.generations.archive.generation(generation);
  }
}

/** Removed tags that an answer names. */
const maxNamed = 1_000;

/** As it was written where that is in this notation, comments included; else its content in it. */
function exportedText({ document, text }: Pick<Generation, 'document' | 'text'>, format: ExportFormat): string {
  if (format === 'csv') return exportTagsCsv(document);
  const isJson = text !== undefined && /^\s*\{/.test(text);
  if (text !== undefined && (format === 'source' || isJson === (format === 'json'))) return text;
  return format === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : documentToYaml(document);
}

/** The draft is of somebody who may configure; what else comes with a request is of who asks. */
function sourceOf(request: ValidateRequest, { mayConfigure }: ConfigAsker): PublishSource {
  if (request.text !== undefined) return { text: request.text, mayConfigure };
  return 'document' in request ? { document: request.document, mayConfigure } : 'draft';
}

function sideOf(side: ComparedSide, asker: ConfigAsker): DiffSide {
  return typeof side === 'object' ? sourceOf(side, asker) : side;
}
