import { isUnchanged, linkOf, type ChainLink, type ChainPosition } from '../chain/audit-row.js';
import { readHead } from '../files/head-file.js';
import { OpenSegments } from '../files/open-segments.js';
import { linesBackward } from '../files/read-lines.js';

/** What was seen of the newest rows. */
export interface AuditGlance {
  readonly ok: boolean;
  /** That were looked at. */
  readonly rows: number;
  readonly message: string;
}

/** About 3,000 rows: some milliseconds. */
const glanceBytes = 1 << 20;

/** Looks at the newest rows alone, for who asks now and then; `verifyAudit` looks at all. Rejects with what the file system says. */
export async function glanceAtAudit(folder: string, atLeastBytes = glanceBytes): Promise<AuditGlance> {
  const known = await readHead(folder); // before the files: what comes meanwhile is behind it
  await using segments = await OpenSegments.open(folder);
  let later: ChainLink | undefined;
  let rows = 0;
  let bytes = 0;
  for (const { name, file } of segments.list.toReversed()) {
    for await (const lines of linesBackward(file, (await file.stat()).size)) {
      for (const { line } of lines) {
        const link = linkOf(line);
        const flaw = flawOf(line, link, { later, known });
        if (flaw !== undefined) return { ok: false, rows, message: `${flaw} (${name})` };
        later = link;
        rows += 1;
        bytes += line.length;
      }
      if (bytes >= atLeastBytes) return { ok: true, rows, message: `the newest ${rows} rows are as they were written` };
    }
  }
  if (later === undefined && known) return { ok: false, rows, message: `rows 1 to ${known.seq} are missing` };
  return { ok: true, rows, message: `${rows} rows, each as it was written` };
}

/** What is wrong with a line; undefined: nothing. `later`: the row behind it. */
function flawOf(
  line: Buffer,
  link: ChainLink | undefined,
  { later, known }: { readonly later: ChainLink | undefined; readonly known: ChainPosition | undefined },
): string | undefined {
  if (!link) return later ? `the line before row ${later.seq} is no row` : 'the last line is no row';
  const { seq, hash } = link;
  if (!isUnchanged(line, link)) return `row ${seq} was changed`;
  if (!later && known && known.seq > seq) return `rows ${seq + 1} to ${known.seq} are missing at the end`;
  if (known?.seq === seq && known.hash !== hash) return `row ${seq} is not the one that was written`;
  if (later && (later.seq !== seq + 1 || later.prev !== hash)) return `row ${later.seq} does not follow on row ${seq}`;
  return undefined;
}
