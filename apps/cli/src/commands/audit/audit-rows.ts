import type { AuditPage, AuditRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { timeOf } from '../../time-argument.js';

/** Which rows; as the options say it. */
export interface AuditFilterOptions {
  readonly user?: string;
  readonly path?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
}

const rowsPerPage = 1_000;

/** One request reads as much of the audit as it may. */
const pageMs = 60_000;

/** Pages of rows, newest first, until `rows` were given or there are no more. */
export async function* auditRows(
  { client, clock }: CommandContext,
  options: AuditFilterOptions,
  rows = Infinity,
): AsyncGenerator<readonly AuditRow[]> {
  const asked = questionOf(options, clock.wallMs());
  let left = rows;
  let cursor: string | null = null;
  while (left > 0) {
    const limit = String(Math.min(left, rowsPerPage));
    const query = new URLSearchParams({ ...asked, limit, ...(cursor !== null && { cursor }) });
    const page: AuditPage = await client.call<AuditPage>({
      path: `/audit?${query.toString()}`,
      schema: 'fieldwarden/audit@1',
      timeoutMs: pageMs,
    });
    yield page.rows;
    left -= page.rows.length;
    cursor = page.next;
    if (cursor === null) return;
  }
}

function questionOf({ from, to, ...texts }: AuditFilterOptions, nowMs: number): Readonly<Record<string, string>> {
  const { user, path, action, outcome, via } = texts;
  const said = Object.entries({ user, path, action, outcome, via }).filter(([, text]) => text !== undefined);
  return {
    ...(Object.fromEntries(said) as Record<string, string>),
    ...(from !== undefined && { from: timeOf(from, nowMs) }),
    ...(to !== undefined && { to: timeOf(to, nowMs) }),
  };
}
