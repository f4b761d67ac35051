import type { HistoryTags } from '@fieldwarden/admin-contract';
import { existsSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { counted } from '../gateway/status.js';
import { writeJson } from '../../terminal.js';
import { timeOf } from '../../time-argument.js';
import { historyPage } from '../tags/tags-history.js';
import { csvHead, csvRows } from './history-csv.js';

export interface ExportOptions {
  readonly paths?: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

const rowsPerPage = '10000';

/** What is kept, as a table; page by page, however much it is. The file has its name only when it is whole. */
export async function exportHistory(context: CommandContext, file: string, options: ExportOptions): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  const path = resolve(file);
  if (existsSync(path)) throw fileThere(path);
  const nowMs = clock.wallMs();
  const range = {
    from: options.from === undefined ? new Date(0).toISOString() : timeOf(options.from, nowMs),
    to: timeOf(options.to ?? '0s', nowMs),
  };
  const paths = options.paths ?? (await keptPaths(context));
  const half = `${path}.part`;
  const out = await open(half, 'w', 0o600);
  let rows = 0;
  try {
    await out.write(csvHead);
    for (const one of paths) rows += await exportPath(context, out, { path: one, ...range });
    await out.sync();
    await out.close();
    await rename(half, path);
  } catch (error) {
    await out.close().catch(() => undefined);
    await rm(half, { force: true });
    throw error;
  }
  if (json) writeJson(terminal, { schema: 'fieldwarden/history-export@1', file: path, paths: paths.length, rows });
  else terminal.write(`${path}: ${counted(rows, 'value')} of ${counted(paths.length, 'tag')}\n`);
  return exitCodes.done;
}

async function exportPath(
  context: CommandContext,
  out: FileHandle,
  asked: Readonly<Record<string, string>>,
): Promise<number> {
  let rows = 0;
  let cursor: string | null | undefined;
  do {
    const page = await historyPage(context, {
      ...asked,
      source: 'store',
      limit: rowsPerPage,
      ...(cursor && { cursor }),
    });
    await out.write(csvRows(page));
    rows += page.points.length;
    cursor = page.next;
  } while (cursor);
  return rows;
}

async function keptPaths({ client }: CommandContext): Promise<readonly string[]> {
  const paths: string[] = [];
  let cursor: string | null = '';
  do {
    const query: string = new URLSearchParams({ limit: rowsPerPage, ...(cursor && { cursor }) }).toString();
    const page: HistoryTags = await client.call<HistoryTags>({
      path: `/history/tags?${query}`,
      schema: 'fieldwarden/history-tags@1',
    });
    paths.push(...page.paths);
    cursor = page.next;
  } while (cursor);
  return paths;
}

function fileThere(path: string): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'FILE_EXISTS',
    message: `${path} is there already; nothing was written.`,
    remedy: 'Choose another name, or remove that one.',
  });
}
