import type { GenerationDetail, GenerationList } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

const head = ['GENERATION', 'PUBLISHED', 'AUTHOR', 'DRIVERS', 'TAGS', 'MESSAGE'];

/** What was published, newest first. */
export async function listGenerations({ client, json, terminal }: CommandContext, count: number): Promise<ExitCode> {
  const list = await generationList({ client }, count);
  if (json) writeJson(terminal, list);
  else {
    const rows = list.generations.map(({ generation, publishedAt, author, drivers, tags, message, rollbackOf }) => [
      generation === list.running ? terminal.palette.good(`${generation} runs`) : String(generation),
      dateAndTime(publishedAt).slice(0, 19),
      oneLine(author),
      String(drivers),
      String(tags),
      `${oneLine(message)}${rollbackOf === null ? '' : ` (content of ${rollbackOf})`}`,
    ]);
    terminal.write(table(head, rows, terminal.width) || 'Nothing was published yet.\n');
  }
  return exitCodes.done;
}

export function generationList({ client }: Pick<CommandContext, 'client'>, count: number): Promise<GenerationList> {
  return client.call<GenerationList>({
    path: `/config/generations?limit=${count}`,
    schema: 'fieldwarden/generations@1',
  });
}

/** The document of one generation as it was written; undefined = of the running one. As JSON everything that is known of it. */
export async function showGeneration(context: CommandContext, generation: number | undefined): Promise<ExitCode> {
  const { client, json, terminal } = context;
  if (json) {
    const number = generation ?? (await generationList(context, 1)).running;
    const path = `/config/generations/${number ?? 0}`;
    writeJson(terminal, await client.call<GenerationDetail>({ path, schema: 'fieldwarden/generation@1' }));
    return exitCodes.done;
  }
  terminal.write(
    await client.text(`/config/export?format=source${generation === undefined ? '' : `&generation=${generation}`}`),
  );
  return exitCodes.done;
}

export type DocumentFormat = 'yaml' | 'json' | 'csv' | 'source';

export interface ExportOptions {
  readonly format: DocumentFormat;
  readonly generation?: number;
}

/** The document, or its tags as a table, on standard output. Secrets are references. */
export async function exportConfig(
  { client, json, terminal }: CommandContext,
  { format, generation }: ExportOptions,
): Promise<ExitCode> {
  const query = new URLSearchParams({ format, ...(generation !== undefined && { generation: String(generation) }) });
  const text = await client.text(`/config/export?${query.toString()}`);
  if (json) writeJson(terminal, { schema: 'fieldwarden/export@1', format, generation: generation ?? null, text });
  else terminal.write(text);
  return exitCodes.done;
}

/** JSON Schema of the plant document with the options of this gateway's driver types, for editors. */
export async function plantSchema({ client, json, terminal }: CommandContext): Promise<ExitCode> {
  const document = JSON.parse(await client.text('/schema/plant')) as unknown;
  if (json) writeJson(terminal, { schema: 'fieldwarden/plant-schema@1', document });
  else terminal.write(`${JSON.stringify(document, undefined, 2)}\n`);
  return exitCodes.done;
}
