import type { CsvImportAnswer, Draft } from '@fieldwarden/admin-contract';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { findingLines } from '../../output/finding-lines.js';
import { oneLine } from '../../output/printable.js';
import { readTextFile } from '../../plant-source.js';
import { withProgress } from '../../progress.js';
import { writeJson } from '../../terminal.js';
import { draftOf } from './config-draft.js';
import { publish } from './config-publish.js';
import { counted } from '../gateway/status.js';

export interface ImportOptions {
  readonly mode?: 'merge' | 'replace';
  /** The same as mode `replace`. */
  readonly replace?: boolean;
  /** Tags that are not in the table go without a question. */
  readonly yes?: boolean;
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
  { replace, mode = replace ? 'replace' : undefined, yes, publish: atOnce = false, message }: ImportOptions,
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
  if (!yes) await mayRemove(context, imported, file);
  if (!atOnce) return await keepAsDraft(context, file, imported, revision);
  const { terminal, json } = context;
  if (!json) terminal.writeError(findingLines(imported.findings, file, terminal.errorPalette));
  const request = { message, text: imported.text, expectedRevision: revision };
  return await publish(context, { path: '/config/publish', body: request }, file);
}

const namedPaths = 20;

/** Says which tags go, and asks. Without somebody to ask nothing is removed. */
async function mayRemove(
  { terminal, json }: CommandContext,
  { removedTags, removed }: CsvImportAnswer,
  file: string,
): Promise<void> {
  if (removedTags === 0) return;
  const named = removed.slice(0, namedPaths).map((path) => `  ${oneLine(path)}\n`);
  const more = removedTags > named.length ? `  and ${removedTags - named.length} more\n` : '';
  const what = `${counted(removedTags, 'tag')} not in ${file}`;
  if (!json) terminal.writeError(`This removes ${what}:\n${named.join('')}${more}`);
  const answer = json ? undefined : await terminal.ask('Remove them? [y/N] ');
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'REMOVAL_NOT_CONFIRMED',
    message: `Nothing was imported: it would remove ${what}.`,
    remedy: 'Add --yes to remove them, or leave --replace off to keep them.',
  });
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
