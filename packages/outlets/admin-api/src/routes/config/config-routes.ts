import {
  csvImportRequest,
  diffRequest,
  draftRequest,
  kepwareImportRequest,
  publishRequest,
  rollbackRequest,
  validateRequest,
} from '@fieldwarden/admin-contract/requests';
import type { PublishAnswer } from '@fieldwarden/admin-contract';
import { documentBudget } from '@fieldwarden/gateway-contract';
import { exportFormats, type ExportFormat } from '../../control/config-control.js';
import { jsonBody, jsonResponse, pathParameter, queryParameter, textResponse } from '../../openapi/operation.js';
import { bodyField } from '../../server/audited-requests.js';
import { readJson } from '../../server/read-json.js';
import { wholeNumber } from '../../server/request-parameters.js';
import { ok, okDocument, type HttpExchange, type Route } from '../../server/route.js';
import { withHeldAreas } from './held-areas.js';
import {
  askerOf,
  comparedSide,
  exportFormat,
  optionalGeneration,
  changeOriginOf,
  pathGeneration,
} from './config-requests.js';

/** Of a body with a document, inflated; the rest of it is short. A plant of 100,000 tags is 15 MB. */
const maxDocumentBytes = documentBudget.bytes + 65_536;

const published = {
  action: 'publish',
  subject: () => 'configuration',
  before: ({ control }: HttpExchange) => ({ generation: control.status().generation }),
} as const;

/** Undefined: nothing was published. */
function generationOf(answer: unknown): { readonly generation?: unknown } {
  return answer === undefined ? {} : { generation: (answer as Partial<PublishAnswer>).generation };
}

const page = { fallback: 50, min: 1, max: 1_000 };
const side = { type: 'string', pattern: '^([0-9]+|running|draft)$' } as const;

export const configRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/config/draft',
    permission: 'view',
    operation: {
      operationId: 'getDraft',
      summary: 'The draft of the plant document; the published document while there is none.',
      tags: ['configuration'],
      responses: { 200: jsonResponse('The draft.', 'Draft') },
    },
    handle: async ({ control }) => okDocument(await control.config.draft()),
  },
  {
    method: 'put',
    path: '/config/draft',
    permission: 'configure',
    audited: { action: 'configure', subject: () => 'draft', after: () => 'saved' },
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'saveDraft',
      summary: 'Keeps the draft as it is, valid or not. 409 `REVISION_STALE` if somebody else changed it since.',
      tags: ['configuration'],
      requestBody: jsonBody('DraftRequest'),
      responses: { 200: jsonResponse('The draft.', 'Draft') },
    },
    handle: async (exchange) =>
      okDocument(
        await exchange.control.config.saveDraft(readJson(exchange.request, draftRequest), changeOriginOf(exchange)),
      ),
  },
  {
    method: 'delete',
    path: '/config/draft',
    permission: 'configure',
    audited: { action: 'configure', subject: () => 'draft', after: () => 'discarded' },
    operation: {
      operationId: 'discardDraft',
      summary: 'Forgets the draft: it is the published document again.',
      tags: ['configuration'],
      responses: { 200: jsonResponse('The draft.', 'Draft') },
    },
    handle: async (exchange) => okDocument(await exchange.control.config.discardDraft(changeOriginOf(exchange))),
  },
  {
    method: 'post',
    path: '/config/validate',
    permission: 'view',
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'validateConfig',
      summary:
        'Everything that is wrong with a document; with the draft if none is given. Modules, files and secrets that a document names are looked at only for who has `configure`.',
      tags: ['configuration'],
      requestBody: jsonBody('DocumentRequest'),
      responses: { 200: jsonResponse('The findings.', 'Validation') },
    },
    handle: async (exchange) =>
      ok(await exchange.control.config.validate(readJson(exchange.request, validateRequest), askerOf(exchange))),
  },
  {
    method: 'get',
    path: '/config/diff',
    permission: 'view',
    operation: {
      operationId: 'diffConfig',
      summary: 'What differs between two configurations, and what going from one to the other does.',
      tags: ['configuration'],
      parameters: [
        queryParameter('from', 'A generation, `running` or `draft`. Default: running.', side),
        queryParameter('to', 'A generation, `running` or `draft`. Default: draft.', side),
      ],
      responses: { 200: jsonResponse('Changes and steps.', 'ConfigDiff') },
    },
    handle: async (exchange) => {
      const { control, query } = exchange;
      const sides = [comparedSide(query, 'from', 'running'), comparedSide(query, 'to', 'draft')] as const;
      return ok(await control.config.diff(...sides, askerOf(exchange)));
    },
  },
  {
    method: 'post',
    path: '/config/diff',
    permission: 'view',
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'diffDocument',
      summary: 'What publishing this document would do.',
      tags: ['configuration'],
      requestBody: jsonBody('DiffRequest'),
      responses: { 200: jsonResponse('Changes and steps.', 'ConfigDiff') },
    },
    async handle(exchange) {
      const { from = 'running', ...document } = readJson(exchange.request, diffRequest);
      return ok(await exchange.control.config.diff(from, document, askerOf(exchange)));
    },
  },
  {
    method: 'post',
    path: '/config/publish',
    permission: 'publish',
    audited: {
      ...published,
      after: (exchange, answer) => ({ ...generationOf(answer), message: bodyField(exchange, 'message') }),
    },
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'publishConfig',
      summary: 'Validates, numbers, seals and applies a document, or the draft if none is given.',
      tags: ['configuration'],
      requestBody: jsonBody('PublishRequest'),
      responses: { 200: jsonResponse('Sealed, committed and applied.', 'PublishAnswer') },
    },
    handle: async (exchange) => {
      const { config } = exchange.control;
      const answer = await config.publish(readJson(exchange.request, publishRequest), changeOriginOf(exchange));
      return ok(await withHeldAreas(answer, exchange));
    },
  },
  {
    method: 'post',
    path: '/config/rollback',
    permission: 'publish',
    audited: {
      ...published,
      after: (exchange, answer) => ({ ...generationOf(answer), rollbackTo: bodyField(exchange, 'generation') }),
    },
    operation: {
      operationId: 'rollbackConfig',
      summary: 'Publishes the content of an earlier generation as a new one.',
      tags: ['configuration'],
      requestBody: jsonBody('RollbackRequest'),
      responses: { 200: jsonResponse('Sealed, committed and applied.', 'PublishAnswer') },
    },
    handle: async (exchange) => {
      const { config } = exchange.control;
      const answer = await config.rollback(readJson(exchange.request, rollbackRequest), changeOriginOf(exchange));
      return ok(await withHeldAreas(answer, exchange));
    },
  },
  {
    method: 'get',
    path: '/config/generations',
    permission: 'view',
    operation: {
      operationId: 'listGenerations',
      summary: 'Published generations, newest first.',
      tags: ['configuration'],
      parameters: [
        queryParameter('limit', 'Generations per page.', {
          type: 'integer',
          minimum: page.min,
          maximum: page.max,
          default: page.fallback,
        }),
        queryParameter('cursor', '`nextCursor` of the page before.', { type: 'string' }),
      ],
      responses: { 200: jsonResponse('One page.', 'GenerationList') },
    },
    handle: async ({ control, query }) =>
      ok(await control.config.generations(wholeNumber(query, 'limit', page), optionalGeneration(query, 'cursor'))),
  },
  {
    method: 'get',
    path: '/config/generations/:generation',
    permission: 'view',
    operation: {
      operationId: 'getGeneration',
      summary: 'One generation with its document.',
      tags: ['configuration'],
      parameters: [pathParameter('generation', 'Number of the generation.')],
      responses: { 200: jsonResponse('The generation.', 'Generation') },
    },
    handle: async (exchange) => okDocument(await exchange.control.config.generation(pathGeneration(exchange))),
  },
  {
    method: 'get',
    path: '/config/audit',
    permission: 'view',
    operation: {
      operationId: 'listConfigAudit',
      summary: 'Who changed, published or was refused what, newest first.',
      tags: ['configuration'],
      parameters: [
        queryParameter('limit', 'Rows.', { type: 'integer', minimum: 1, maximum: 1_000, default: page.fallback }),
      ],
      responses: { 200: jsonResponse('The rows.', 'ConfigAudit') },
    },
    handle: async ({ control, query }) => ok(await control.config.audit(wholeNumber(query, 'limit', page))),
  },
  {
    method: 'get',
    path: '/config/export',
    permission: 'view',
    operation: {
      operationId: 'exportConfig',
      summary:
        'The plant document as it was written, with its comments (source; yaml and json where it is in that notation), or its tags as CSV. Secrets are references.',
      tags: ['configuration'],
      parameters: [
        queryParameter('format', 'Default: yaml.', { type: 'string', enum: exportFormats, default: 'yaml' }),
        queryParameter('generation', 'Default: the running one.', { type: 'integer', minimum: 1 }),
      ],
      responses: { 200: textResponse('The text.', ['application/yaml', 'application/json', 'text/csv']) },
    },
    async handle({ control, query }) {
      const format = exportFormat(query.get('format') ?? 'yaml');
      const text = await control.config.export(format, optionalGeneration(query, 'generation'));
      return { status: 200, text, type: exportTypes[format] };
    },
  },
  {
    method: 'post',
    path: '/config/import-csv',
    permission: 'view',
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'importCsv',
      summary: 'Puts a tag table into a document and gives it back; all rows or none. Nothing is stored.',
      tags: ['configuration'],
      requestBody: jsonBody('CsvImportRequest'),
      responses: { 200: jsonResponse('The document, or what is wrong with the rows.', 'CsvImport') },
    },
    handle: async (exchange) =>
      okDocument(
        await exchange.control.config.importCsv(readJson(exchange.request, csvImportRequest), askerOf(exchange)),
      ),
  },
  {
    method: 'post',
    path: '/config/import-kepware',
    permission: 'view',
    maxBodyBytes: maxDocumentBytes,
    operation: {
      operationId: 'importKepware',
      summary: 'Puts the tags of one Kepware device into a device of a document and gives it back. Nothing is stored.',
      tags: ['configuration'],
      requestBody: jsonBody('KepwareImportRequest'),
      responses: { 200: jsonResponse('The document, or why not; tags that were left out are warnings.', 'CsvImport') },
    },
    handle: async (exchange) =>
      okDocument(
        await exchange.control.config.importKepware(
          readJson(exchange.request, kepwareImportRequest),
          askerOf(exchange),
        ),
      ),
  },
  {
    method: 'get',
    path: '/schema/plant',
    permission: 'view',
    operation: {
      operationId: 'getPlantSchema',
      summary: 'JSON Schema of the plant document, for editors.',
      tags: ['configuration'],
      responses: { 200: jsonResponse('The schema.', 'JsonSchema') },
    },
    handle: ({ control }) => ok(control.config.plantSchema()),
  },
];

const exportTypes: Readonly<Record<ExportFormat, string>> = {
  yaml: 'application/yaml',
  json: 'application/json',
  csv: 'text/csv',
  source: 'application/yaml',
};
