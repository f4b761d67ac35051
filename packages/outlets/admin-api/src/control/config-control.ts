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

/** Who asked for a change of the configuration, for generations and audit. */
export interface ChangeOrigin {
  readonly name: string;
  /** `socket`, `rest`, `console`. */
  readonly via: string;
  readonly correlationId: string;
  /** Whether they may say who comes in: the section `access` gives roles away, that of an admin too. */
  readonly mayChangeAccess: boolean;
}

/** Who has a document looked at: modules of third parties are loaded, files and secrets looked up only for who may configure. */
export interface ConfigAsker {
  readonly mayConfigure: boolean;
}

/** One side of a comparison: a generation, the running one, the draft, or a document that came with the request. */
export type ComparedSide = number | 'running' | 'draft' | ValidateRequest;

/** `source`: as it was written, whichever notation that is. */
export const exportFormats = ['yaml', 'json', 'csv', 'source'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/**
 * Configuration as the Admin API changes and shows it (SPEC §7). Rejections are GatewayErrors: DOCUMENT_REFUSED carries all findings (422),
 * REVISION_STALE (409), AUTHORITY_UNREACHABLE at once (503), GENERATION_UNKNOWN (404), DRAFT_MISSING (409).
 */
export interface ConfigControl {
  draft(): Promise<Draft>;
  saveDraft(request: DraftRequest, by: ChangeOrigin): Promise<Draft>;
  discardDraft(by: ChangeOrigin): Promise<Draft>;
  /** Without text and document: the draft. Errors are findings, not a rejection. */
  validate(request: ValidateRequest, asker: ConfigAsker): Promise<ValidationAnswer>;
  diff(from: ComparedSide, to: ComparedSide, asker: ConfigAsker): Promise<ConfigDiff>;
  /** Resolves when the generation is sealed, committed and applied. */
  publish(request: PublishRequest, by: ChangeOrigin): Promise<PublishAnswer>;
  rollback(request: RollbackRequest, by: ChangeOrigin): Promise<PublishAnswer>;
  /** Newest first, those before the generation `before`. */
  generations(limit: number, before: number | undefined): Promise<GenerationList>;
  generation(number: number): Promise<GenerationDetail>;
  audit(limit: number): Promise<ConfigAudit>;
  /** The document as it was written (or in another notation), or its tag table as CSV; undefined = of the running generation. */
  export(format: ExportFormat, generation: number | undefined): Promise<string>;
  importCsv(request: CsvImportRequest, asker: ConfigAsker): Promise<CsvImportAnswer>;
  importKepware(request: KepwareImportRequest, asker: ConfigAsker): Promise<CsvImportAnswer>;
  /** JSON Schema of the plant document with the options of this gateway's driver types. */
  plantSchema(): Readonly<Record<string, unknown>>;
}
