import type { CsvImportAnswer, Draft } from '@fieldwarden/admin-contract';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { findingLines } from '../../output/finding-lines.js';
import { readTextFile } from '../../plant-source.js';
import { withProgress } from '../../progress.js';
import { writeJson } from '../../terminal.js';
import { draftOf } from './config-draft.js';
import { publish } from './config-publish.js';
import { counted } from '../gateway/status.js';

export interface ImportOptions {
  readonly mode?: 'merge' | 'replace';
  /** Publishes the draft with the tags at once. */
  readonly publish?: boolean;
  readonly message?: string;
}

export interface KepwareOptions extends ImportOptions {
  readonly driver: string;
  readonly device: string;
  readonly prefix?: string;
}

/** Puts a table of tags into the draft, all rows or none. */
export async function importCsv(context: CommandContext, file: string, options: ImportOptions): Promise<ExitCode> {
  const csv = await readTextFile(file);
  return await importInto(context, file, options, '/config/import-csv', { csv });
}

/** Puts the tags of one Kepware device into the draft; those without equivalent are left out, each with a warning. */
export async function importKepware(
  context: CommandContext,
  file: string,
  { driver: driverId, device: deviceId, prefix, ...options }: KepwareOptions,
): Promise<ExitCode> {
  const tags = await readTextFile(file);
  const target = { driverId, deviceId, ...(prefix !== undefined && { prefix }) };
  return await importInto(context, file, options, '/config/import-kepware', { tags, ...target });
}

/** Nobody's change of the draft in between is lost: the draft is taken with its revision, and given back only to that one. */
async function importInto(
  context: CommandContext,
  file: string,
  { mode, publish: atOnce = false, message }: ImportOptions,
  path: string,
  table: object,
): Promise<ExitCode> {
  if (atOnce && message === undefined) throw usageError('--publish needs a message: -m TEXT');
  const { text, revision } = await draftOf(context);
  const body = { ...table, text, ...(mode && { mode }) };
  const call = context.client.call<CsvImportAnswer>({
    method: 'POST',
    path,
    body,
    schema: 'fieldwarden/csv-import@1',
    timeoutMs: 60_000,
  });
  const imported = await withProgress(context, `Importing ${file}`, call);
  if (imported.text === null) throw refused(imported, file);
  if (!atOnce) return await keepAsDraft(context, file, imported, revision);
  const { terminal, json } = context;
  if (!json) terminal.writeError(findingLines(imported.findings, file, terminal.errorPalette));
  const request = { message, text: imported.text, expectedRevision: revision };
  return await publish(context, { path: '/config/publish', body: request }, file);
}

async function keepAsDraft(
  { client, json, terminal }: CommandContext,
  file: string,
  imported: CsvImportAnswer,
  expectedRevision: number,
): Promise<ExitCode> {
  const body = { text: imported.text, expectedRevision };
  const draft = await client.call<Draft>({ method: 'PUT', path: '/config/draft', body, schema: 'fieldwarden/draft@1' });
  if (json) {
    writeJson(terminal, { ...imported, draftRevision: draft.revision });
    return exitCodes.done;
  }
  terminal.writeError(findingLines(imported.findings, file, terminal.errorPalette));
  const rows = counted(imported.rows, 'row');
  terminal.write(`The draft has ${rows} of ${file} now (revision ${draft.revision}).\n`);
  terminal.write(
    'fieldwarden config diff shows what publishing it would do, fieldwarden config publish -m TEXT does it.\n',
  );
  return exitCodes.done;
}

function refused({ findings }: CsvImportAnswer, file: string): CliError {
  return new CliError({
    exitCode: exitCodes.badConfiguration,
    code: 'IMPORT_REFUSED',
    message: `Nothing of ${file} was imported.`,
    file,
    findings,
  });
}
