import type {
  ConfigAudit,
  ConfigDiff,
  CsvImportAnswer,
  CsvImportRequest,
  Draft,
  DraftRequest,
  GenerationDetail,
  GenerationList,
  GenerationRow,
  KepwareImportRequest,
  PublishAnswer,
  PublishRequest,
  RollbackRequest,
  ValidateRequest,
  ValidationAnswer,
} from '@fieldwarden/admin-contract';
import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import type { ChangeOrigin, ComparedSide, ConfigControl, ExportFormat } from '../control/config-control.js';

const at = '2030-01-01T00:00:00.000Z';

/** Configuration without a gateway behind it: remembers what it was asked, answers what is set. */
export class FakeConfigControl implements ConfigControl {
  readonly rows: GenerationRow[] = [generationRow(1)];
  readonly published: { request: PublishRequest; by: ChangeOrigin }[] = [];
  readonly compared: { from: ComparedSide; to: ComparedSide }[] = [];
  readonly validated: ValidateRequest[] = [];
  readonly csvImports: CsvImportRequest[] = [];
  readonly kepwareImports: KepwareImportRequest[] = [];
  /** What publishing does to drivers. */
  outcome: Pick<PublishAnswer, 'steps' | 'failures'> = { steps: [], failures: [] };
  /** Between any two documents. */
  differences: ConfigDiff['changes'] = [
    { kind: 'changed', path: 'drivers[packaging].options.host', before: '10.0.0.5', after: '10.0.0.6' },
  ];
  /** What every document gets. */
  findings: readonly Finding[] = [];
  /** What every table removes. */
  removed: readonly string[] = [];
  /** Every change is refused with this. */
  refusal: Error | undefined;
  readonly #draft = { text: 'version: 1\nsite: lab\n', revision: 1, edited: false, author: null as string | null };

  draft(): Promise<Draft> {
    const { text, revision, edited, author } = this.#draft;
    const updatedAt = edited ? at : null;
    return Promise.resolve({
      schema: 'fieldwarden/draft@1',
      baseGeneration: 1,
      text,
      revision,
      edited,
      updatedAt,
      author,
    });
  }

  async saveDraft({ text, document, expectedRevision }: DraftRequest, by: ChangeOrigin): Promise<Draft> {
    this.#refuse();
    if (expectedRevision !== undefined && expectedRevision !== this.#draft.revision) throw stale();
    Object.assign(this.#draft, { text: text ?? JSON.stringify(document), edited: true, author: by.name });
    this.#draft.revision += 1;
    return await this.draft();
  }

  async discardDraft(): Promise<Draft> {
    this.#refuse();
    Object.assign(this.#draft, { edited: false, author: null });
    this.#draft.revision += 1;
    return await this.draft();
  }

  validate(request: ValidateRequest): Promise<ValidationAnswer> {
    this.validated.push(request);
    const valid = this.findings.every(({ severity }) => severity !== 'error');
    return Promise.resolve({ schema: 'fieldwarden/findings@1', valid, findings: this.findings });
  }

  diff(from: ComparedSide, to: ComparedSide): Promise<ConfigDiff> {
    this.compared.push({ from, to });
    const step = {
      driverId: 'packaging',
      action: 'restart',
      reason: 'endpoint changed; reconnects',
      reconnect: true,
    } as const;
    return Promise.resolve({
      schema: 'fieldwarden/diff@1',
      from: 1,
      to: 'document',
      changes: this.differences,
      leftOff: 0,
      steps: [step],
    });
  }

  publish(request: PublishRequest, by: ChangeOrigin): Promise<PublishAnswer> {
    this.#refuse();
    this.published.push({ request, by });
    return Promise.resolve(this.#number(request.message, by, null));
  }

  rollback({ generation, message }: RollbackRequest, by: ChangeOrigin): Promise<PublishAnswer> {
    this.#refuse();
    return Promise.resolve(this.#number(message ?? `rollback to generation ${generation}`, by, generation));
  }

  generations(limit: number, before = Infinity): Promise<GenerationList> {
    const newest = this.rows.at(-1)?.generation ?? null;
    const below = this.rows.filter(({ generation }) => generation < before).reverse();
    const generations = below.slice(0, limit);
    const nextCursor = below.length > limit ? String(generations.at(-1)?.generation) : null;
    return Promise.resolve({
      schema: 'fieldwarden/generations@1',
      running: newest,
      published: newest,
      generations,
      nextCursor,
    });
  }

  async generation(number: number): Promise<GenerationDetail> {
    const row = this.rows.find(({ generation }) => generation === number);
    if (!row)
      throw new GatewayError({
        code: 'GENERATION_UNKNOWN',
        kind: 'config',
        message: `there is no generation ${number}`,
      });
    return await Promise.resolve({
      schema: 'fieldwarden/generation@1',
      ...row,
      document: { version: 1, site: 'lab' },
      text: null,
    });
  }

  audit(limit: number): Promise<ConfigAudit> {
    const rows = this.rows.slice(-limit).map(({ generation, author, message }) => ({
      at,
      action: 'publish' as const,
      author,
      via: 'cli',
      generation,
      message,
      correlationId: 'c-1',
    }));
    return Promise.resolve({ schema: 'fieldwarden/config-audit@1', rows: rows.reverse() });
  }

  export(format: ExportFormat, generation: number | undefined): Promise<string> {
    return Promise.resolve(`${format} of generation ${generation ?? 'running'}\n`);
  }

  importCsv(request: CsvImportRequest): Promise<CsvImportAnswer> {
    this.csvImports.push(request);
    const { csv } = request;
    const rows = csv.trim().split('\n').length - 1;
    const text = this.findings.some(({ severity }) => severity === 'error') ? null : 'version: 1\nsite: lab\n';
    const { findings, removed } = this;
    const going = { removedTags: removed.length, removed: [...removed] };
    return Promise.resolve({ schema: 'fieldwarden/csv-import@1', rows, text, ...going, findings });
  }

  importKepware(request: KepwareImportRequest): Promise<CsvImportAnswer> {
    this.kepwareImports.push(request);
    return this.importCsv({ csv: request.tags });
  }

  plantSchema(): Readonly<Record<string, unknown>> {
    return { title: 'Fieldwarden plant document', type: 'object' };
  }

  #number(message: string, { name: author }: ChangeOrigin, rollbackOf: number | null): PublishAnswer {
    const generation = (this.rows.at(-1)?.generation ?? 0) + 1;
    this.rows.push({ ...generationRow(generation), message, author, rollbackOf });
    const { findings } = this;
    return {
      schema: 'fieldwarden/publish@1',
      generation,
      published: true,
      ...this.outcome,
      applyMs: 3,
      findings,
    };
  }

  #refuse(): void {
    if (this.refusal) throw this.refusal;
  }
}

function generationRow(generation: number): GenerationRow {
  const sha256 = generation.toString(16).padStart(64, '0');
  return {
    generation,
    publishedAt: at,
    author: 'ada',
    message: 'first',
    sha256,
    drivers: 1,
    tags: 2,
    rollbackOf: null,
    source: null,
  };
}

function stale(): GatewayError {
  return new GatewayError({ code: 'REVISION_STALE', kind: 'rejected', message: 'the draft has moved on' });
}
