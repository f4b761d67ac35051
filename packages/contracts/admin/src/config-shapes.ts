import { z } from 'zod';
import {
  boolean,
  count,
  integer,
  number,
  ordinal,
  ordinalOrNull,
  plantDocument,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
  type Shape,
} from './parts.js';
import { applyFailure, applyStep, configAuditRow, configChange, finding } from './word-shapes.js';

/** Configuration as the Admin API shows it: drafts, generations, differences (SPEC §7). A plant document travels as written: secrets are references. */

const generationFields = {
  generation: ordinal.describe('Counted from 1 per site, without gaps that a client could rely on.'),
  publishedAt: time,
  author: text,
  message: text,
  sha256: text.describe('Of the document in canonical JSON, hexadecimal.'),
  drivers: count,
  tags: count,
  rollbackOf: ordinalOrNull.describe('The generation whose content this one brought back; null for any other publish.'),
  source: z
    .object({ sha256: text, file: textOrNull })
    .nullable()
    .describe('SHA-256 of the text that was published, and the plant file that it was; null for plain values.'),
};

/** One published generation, without its document. */
export const generationRow = z.object(generationFields);
export type GenerationRow = Shape<typeof generationRow>;

/** `GET /config/generations`: newest first. */
export const generationList = tagged('generations', {
  running: ordinalOrNull.describe('What the gateway runs; null before the first publish.'),
  published: ordinalOrNull.describe('The newest one that the authority knows; null when it knows none.'),
  generations: z.array(generationRow),
  nextCursor: textOrNull.describe('Pass as `cursor` for older ones; null at the end.'),
});
export type GenerationList = Shape<typeof generationList>;

/** `GET /config/generations/N`. */
export const generationDetail = tagged('generation', {
  ...generationFields,
  document: plantDocument,
  text: textOrNull.describe('The document as it was written; null where it came as plain values.'),
});
export type GenerationDetail = Shape<typeof generationDetail>;

/** `POST /config/validate`. */
export const validationAnswer = tagged('findings', { valid: boolean, findings: z.array(finding) });
export type ValidationAnswer = Shape<typeof validationAnswer>;

/** `config validate` of the command line. */
export type FindingList = ValidationAnswer & { readonly file: string };

/** Answer to publish and rollback: sealed, committed and applied. */
export const publishAnswer = tagged('publish', {
  generation: ordinal,
  published: boolean.describe('False if the document is the running one already: then no generation was made.'),
  steps: z.array(applyStep),
  failures: z.array(applyFailure).describe('Steps that did not come to their end; the others stand.'),
  applyMs: number.describe('From the commit to the last step.'),
  findings: z
    .array(finding)
    .describe('Warnings of the document, and of areas of accounts and tokens in which no tag lies.'),
});
export type PublishAnswer = Shape<typeof publishAnswer>;

const comparedDocument = z
  .union([integer, z.enum(['draft', 'document']), z.null()])
  .describe('A generation, `draft`, or `document` for one that came with the request; null = nothing was there.');

/** `GET /config/diff?from=&to=`, `POST /config/diff`. */
export const configDiff = tagged('diff', {
  from: comparedDocument,
  to: comparedDocument,
  changes: z.array(configChange),
  leftOff: count.describe('Changes left off the list because there are more than 10,000.'),
  steps: z.array(applyStep),
});
export type ConfigDiff = Shape<typeof configDiff>;

/** How the configuration stands, part of `fieldwarden/status@1`. */
export const configStatus = z.object({
  authorityReachable: boolean,
  staleSince: timeOrNull.describe('Since when the authority has been out of reach; null while it answers.'),
  publishedAt: timeOrNull,
  held: z
    .object({ authorityGeneration: ordinalOrNull, reason: text })
    .nullable()
    .describe(
      'The authority knows less, or other, than what is sealed here: nothing is applied until an operator publishes or rolls back.',
    ),
  rolledBack: z
    .array(z.object({ driverId: text, generation: integer, reason: text }))
    .describe('Drivers that crash-looped on the running generation and went back to what they ran before.'),
});
export type ConfigStatus = Shape<typeof configStatus>;

/** `GET /config/audit`: newest first. */
export const configAudit = tagged('config-audit', { rows: z.array(configAuditRow) });
export type ConfigAudit = Shape<typeof configAudit>;

/** `GET /schema/plant`. */
export const jsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema, draft 2020-12.');

/** `GET,PUT /config/draft`: one per site. The text is kept as it was typed, also while it is not valid yet. */
export const draft = tagged('draft', {
  revision: count.describe(
    'Rises with every change and every publish; 0 before the first. Pass it back as `expectedRevision`.',
  ),
  baseGeneration: ordinalOrNull.describe('The generation that the draft was begun from; null if there was none.'),
  text: text.describe(
    'YAML or JSON, as it was typed. Without a draft of its own: the published document as it was written.',
  ),
  edited: boolean.describe('False while the text is just the published document.'),
  updatedAt: timeOrNull,
  author: textOrNull,
});
export type Draft = Shape<typeof draft>;

/** `POST /config/import-csv`, `POST /config/import-kepware`: all or nothing. */
export const csvImportAnswer = tagged('csv-import', {
  rows: count,
  text: textOrNull.describe(
    'The document with the tags of the table: its own text, changed where they differ; null if any row was refused.',
  ),
  removedTags: count.describe('Tags that were there and are not in the table; with mode `replace` only.'),
  removed: z.array(text).describe('Their paths, the first 1,000.'),
  findings: z.array(finding).describe('`path` names row and column.'),
});
export type CsvImportAnswer = Shape<typeof csvImportAnswer>;
