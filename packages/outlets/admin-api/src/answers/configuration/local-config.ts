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
import {
  documentToYaml,
  exportTagsCsv,
  plantJsonSchema,
  type Catalogue,
  type PlantDocument,
  type TagImportRequest,
  type TextImport,
} from '@fieldwarden/config';
import type { DiffSide, Generations, PublishSource } from '@fieldwarden/generations';
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

export interface LocalConfigDependencies {
  readonly generations: Generations;
  readonly catalogue: Catalogue;
  readonly importTags: TagImporter;
}

/** Puts a table of tags into the text of a document. Never rejects: what is wrong is a finding. */
export type TagImporter = (text: string, request: TagImportRequest, mayLoadModules: boolean) => Promise<TextImport>;

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
    const draft = text ?? documentToYaml(document as PlantDocument);
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

  async publish({ message, expectedRevision, ...request }: PublishRequest, by: ChangeOrigin): Promise<PublishAnswer> {
    const options = { message, by, ...(expectedRevision !== undefined && { expectedRevision }) };
    return publishAnswer(await this.#deps.generations.publish(sourceOf(request, { mayConfigure: true }), options));
  }

  async rollback({ generation, ...options }: RollbackRequest, by: ChangeOrigin): Promise<PublishAnswer> {
    return publishAnswer(await this.#deps.generations.rollback(generation, { ...options, by }));
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
    const document = await this.#documentOf(generation);
    if (format === 'json') return `${JSON.stringify(document, undefined, 2)}\n`;
    return format === 'yaml' ? documentToYaml(document) : exportTagsCsv(document);
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
    const imported = await this.#deps.importTags(source, request, mayConfigure || text === undefined);
    return { schema: 'fieldwarden/csv-import@1', ...imported };
  }

  async #documentOf(generation: number | undefined): Promise<PlantDocument> {
    if (generation === undefined) return await this.#deps.generations.document();
    return (await this.#deps.generations.archive.generation(generation)).document;
  }
}

/** The draft is of somebody who may configure; what else comes with a request is of who asks. */
function sourceOf(request: ValidateRequest, { mayConfigure: mayLoadModules }: ConfigAsker): PublishSource {
  if (request.text !== undefined) return { text: request.text, mayLoadModules };
  return 'document' in request ? { document: request.document, mayLoadModules } : 'draft';
}

function sideOf(side: ComparedSide, asker: ConfigAsker): DiffSide {
  return typeof side === 'object' ? sourceOf(side, asker) : side;
}
