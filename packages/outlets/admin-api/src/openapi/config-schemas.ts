import { applyActions } from '@fieldwarden/gateway-contract';
import { schemaRef, type JsonSchema } from './operation.js';
import {
  anything,
  arrayOf,
  boolean,
  count,
  nullable,
  number,
  object,
  oneOf,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
} from './schema-parts.js';

const generationOrNull: JsonSchema = { type: ['integer', 'null'], minimum: 1 };
const revision: JsonSchema = { ...count, description: 'Of the draft: rises with every change and every publish.' };
const document: JsonSchema = { ...anything, description: 'Plant document as written; secrets are references.' };

const generationRow = {
  generation: { type: 'integer', minimum: 1 },
  publishedAt: time,
  author: text,
  message: text,
  sha256: { type: 'string', description: 'Of the document in canonical JSON, hexadecimal.' },
  drivers: count,
  tags: count,
  rollbackOf: generationOrNull,
} satisfies Readonly<Record<string, JsonSchema>>;

const side: JsonSchema = {
  type: ['integer', 'string', 'null'],
  description: 'A generation, `draft`, or `document` for one that came with the request.',
};

/** Shapes of the configuration routes. */
export const configSchemas: Readonly<Record<string, JsonSchema>> = {
  ConfigStatus: object({
    authorityReachable: boolean,
    staleSince: timeOrNull,
    publishedAt: timeOrNull,
    held: nullable(object({ authorityGeneration: generationOrNull, reason: text })),
    rolledBack: arrayOf(object({ driverId: text, generation: { type: 'integer' }, reason: text })),
  }),
  Draft: tagged('draft', {
    revision,
    baseGeneration: generationOrNull,
    text: { type: 'string', description: 'YAML or JSON, as it was typed.' },
    edited: { type: 'boolean', description: 'False while the text is just the published document.' },
    updatedAt: timeOrNull,
    author: textOrNull,
  }),
  DraftRequest: object({ text, document, expectedRevision: revision }, ['text', 'document', 'expectedRevision']),
  DocumentRequest: object({ text, document }, ['text', 'document']),
  DiffRequest: object({ from: { type: 'integer', minimum: 1 }, text, document }, ['from', 'text', 'document']),
  PublishRequest: object({ message: text, text, document, expectedRevision: revision }, [
    'text',
    'document',
    'expectedRevision',
  ]),
  RollbackRequest: object({ generation: { type: 'integer', minimum: 1 }, message: text, expectedRevision: revision }, [
    'message',
    'expectedRevision',
  ]),
  Validation: tagged('findings', { valid: boolean, findings: arrayOf(schemaRef('Finding')) }),
  PublishAnswer: tagged('publish', {
    generation: { type: 'integer', minimum: 1 },
    published: { type: 'boolean', description: 'False if the document is the running one already.' },
    steps: arrayOf(schemaRef('ApplyStep')),
    failures: arrayOf(object({ driverId: textOrNull, message: text })),
    applyMs: number,
    findings: arrayOf(schemaRef('Finding')),
  }),
  ApplyStep: object(
    {
      driverId: { ...textOrNull, description: 'Null for what concerns the gateway itself.' },
      action: oneOf(...applyActions),
      reason: { type: 'string', description: 'For people, with what it costs.' },
      device: text,
      reconnect: boolean,
    },
    ['device'],
  ),
  ConfigDiff: tagged('diff', {
    from: side,
    to: side,
    changes: arrayOf(
      object({ kind: oneOf('added', 'removed', 'changed'), path: text, before: anything, after: anything }),
    ),
    leftOff: { ...count, description: 'Changes left off the list because there are too many.' },
    steps: arrayOf(schemaRef('ApplyStep')),
  }),
  GenerationList: tagged('generations', {
    running: generationOrNull,
    published: generationOrNull,
    generations: arrayOf(schemaRef('GenerationRow')),
    nextCursor: textOrNull,
  }),
  GenerationRow: object(generationRow),
  Generation: tagged('generation', { ...generationRow, document }),
  ConfigAudit: tagged('config-audit', {
    rows: arrayOf(
      object({
        at: time,
        action: oneOf('draft', 'publish', 'rollback', 'refused'),
        author: text,
        via: text,
        generation: generationOrNull,
        message: text,
        correlationId: text,
      }),
    ),
  }),
  CsvImport: tagged('csv-import', {
    rows: count,
    text: { ...textOrNull, description: 'The document as YAML; null if any row was refused.' },
    findings: arrayOf(schemaRef('Finding')),
  }),
  JsonSchema: { type: 'object', description: 'JSON Schema, draft 2020-12.' },
};
