import type { TagPage, TagRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { ageText } from '../../output/durations.js';
import { statusText, valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';

const pageSize = 5_000;
const head = ['PATH', 'VALUE', 'UNIT', 'STATUS', 'AGE', 'TYPE', 'ACCESS'];

/** The gateway's own tags are below this. */
const systemPrefix = '_system/';

export interface TagListOptions {
  /** Only those that are Bad. */
  readonly bad?: boolean;
  /** Also those in which the gateway tells about itself. */
  readonly system?: boolean;
}

/** All tags whose path begins with `prefix`, with their values: those of the plant, and behind them the gateway's own if they are asked for. */
export async function listTags(
  context: CommandContext,
  prefix: string | undefined,
  { bad = false, system = false }: TagListOptions = {},
): Promise<ExitCode> {
  const { json, terminal } = context;
  const all = await allTags(context, prefix, bad);
  const own = all.filter(({ path }) => path.startsWith(systemPrefix));
  const wantsOwn = system || prefix?.startsWith(systemPrefix.slice(0, -1)) === true;
  const tags = [...all.filter(({ path }) => !path.startsWith(systemPrefix)), ...(wantsOwn ? own : [])];
  if (json)
    writeJson(terminal, { schema: 'fieldwarden/tags@1', tags, total: tags.length, nextCursor: null } satisfies TagPage);
  else terminal.write(tags.length === 0 ? emptyText(prefix, bad) : tagTable(context, tags));
  return exitCodes.done;
}

export function tagTable({ clock, terminal }: CommandContext, tags: readonly TagRow[]): string {
  const nowMs = clock.wallMs();
  const rows = tags.map((row) => [
    row.path,
    valueText(row.value, row.dataType),
    row.unit ?? '-',
    statusText(row, terminal.palette),
    row.sourceAt === null ? '-' : ageText(row.sourceAt, nowMs),
    row.dataType,
    row.access,
  ]);
  return table(head, rows, terminal.width);
}

async function allTags(
  { client }: CommandContext,
  prefix: string | undefined,
  bad: boolean,
): Promise<readonly TagRow[]> {
  const tags: TagRow[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (prefix !== undefined) query.set('prefix', prefix);
    if (bad) query.set('bad', 'true');
    if (cursor !== null) query.set('cursor', cursor);
    const page: TagPage = await client.call<TagPage>({
      path: `/tags?${query.toString()}`,
      schema: 'fieldwarden/tags@1',
    });
    tags.push(...page.tags);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return tags;
}

function emptyText(prefix: string | undefined, bad: boolean): string {
  if (bad) return prefix === undefined ? 'No tag is Bad.\n' : `No tag that begins with ${prefix} is Bad.\n`;
  return prefix === undefined
    ? 'The gateway has no tags; its plant document names none.\n'
    : `No tag begins with ${prefix}.\n`;
}
