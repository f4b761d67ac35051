import type { TagRow, TagValueAnswer } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { reportError } from '../../report-error.js';
import { writeJson } from '../../terminal.js';
import { tagTable } from './tags-list.js';

/** The latest values of the tags named. Exit code 1 if one of them does not exist; a Bad value is a value. */
export async function readTags(context: CommandContext, paths: readonly string[]): Promise<ExitCode> {
  const { json, terminal } = context;
  const results = await Promise.all(paths.map((path) => readTag(context, path)));
  const tags = results.filter((result): result is TagRow => !(result instanceof CliError));
  const failures = results.filter((result): result is CliError => result instanceof CliError);
  if (json) writeJson(terminal, { schema: 'fieldwarden/tag-values@1', tags });
  else terminal.write(tagTable(context, tags));
  for (const { details } of failures) reportError(terminal, details, json);
  return failures.length === 0 ? exitCodes.done : exitCodes.failed;
}

async function readTag({ client }: CommandContext, path: string): Promise<TagRow | CliError> {
  try {
    const query = new URLSearchParams({ path });
    const { schema: _, ...row } = await client.call<TagValueAnswer>({
      path: `/tags/value?${query.toString()}`,
      schema: 'fieldwarden/tag-value@1',
    });
    return row;
  } catch (error) {
    if (error instanceof CliError && error.details.code === 'TAG_UNKNOWN') return error;
    throw error;
  }
}
