import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '@fieldwarden/core';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { writeJson } from '../../terminal.js';
import { csvHead, csvLine } from './audit-csv.js';
import { auditRows, type AuditFilterOptions } from './audit-rows.js';

export interface AuditExportOptions extends AuditFilterOptions {
  readonly export: string;
  readonly csv?: boolean;
}

/** All rows that fit the filter, newest first, into a new file: JSON lines as they are chained, or CSV. */
export async function exportAudit(context: CommandContext, options: AuditExportOptions): Promise<ExitCode> {
  const { json, terminal } = context;
  const { export: path, csv, ...filter } = options;
  const asCsv = csv ?? path.endsWith('.csv');
  let rows = 0;
  const file = await open(resolve(path), 'wx', 0o600).catch((error: unknown) => {
    throw notWritable(path, error);
  });
  try {
    if (asCsv) await file.appendFile(csvHead);
    for await (const page of auditRows(context, filter)) {
      await file.appendFile(page.map((row) => (asCsv ? csvLine(row) : `${JSON.stringify(row)}\n`)).join('')); // prettier-ignore
      rows += page.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (json) writeJson(terminal, { schema: 'fieldwarden/audit-export@1', file: resolve(path), rows });
  else terminal.write(`${rows} rows are in ${path}.\n`);
  return exitCodes.done;
}

function notWritable(path: string, error: unknown): CliError {
  const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
  return new CliError({
    exitCode: exitCodes.failed,
    code: isThere ? 'FILE_EXISTS' : 'FILE_NOT_WRITABLE',
    message: isThere ? `${path} is there already.` : `${path} cannot be written: ${messageOf(error)}.`,
    remedy: 'Choose another file: what was exported once is not overwritten.',
  });
}
