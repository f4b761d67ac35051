import type { ChainPosition } from '../chain/audit-row.js';
import { ChainCheck, type ChainFlaw } from '../chain/chain-check.js';
import { readHead } from '../files/head-file.js';
import { OpenSegments, type OpenSegment } from '../files/open-segments.js';
import { linesForward } from '../files/read-lines.js';
import { currentName } from '../files/segments.js';

export interface AuditVerification {
  readonly ok: boolean;
  /** That were looked at. */
  readonly rows: number;
  /** The last row. */
  readonly head: ChainPosition;
  /** In the order of the files; at most 20. */
  readonly flaws: readonly ChainFlaw[];
  readonly message: string;
}

export interface VerifyOptions {
  /** The last row that is known to be on disk. */
  readonly known: ChainPosition | undefined;
  /** Bytes of the current file that the gateway that runs has written. Undefined: nobody writes. */
  readonly currentBytes?: number | undefined;
  /** Waits between two pieces of 64 kB, so that others get their turn. */
  readonly pause?: () => Promise<void>;
}

/** Reads the whole audit of a home directory without a gateway, and says whether it is as it was written. Rejects with what the file system says. */
export async function verifyAudit(folder: string): Promise<AuditVerification> {
  const known = await readHead(folder);
  await using segments = await OpenSegments.open(folder);
  return await verifySegments(segments, { known });
}

/** The same of open files. */
export async function verifySegments({ list }: OpenSegments, options: VerifyOptions): Promise<AuditVerification> {
  const check = new ChainCheck(options.known);
  let tornBytes = 0;
  for (const segment of list) tornBytes = await checkFile(check, segment, options);
  check.end(list.at(-1)?.name ?? currentName);
  return verificationOf(check, tornBytes);
}

/** Gives back how many bytes stand behind the last whole line. */
async function checkFile(
  check: ChainCheck,
  { name, file }: OpenSegment,
  { currentBytes, pause }: VerifyOptions,
): Promise<number> {
  const { size } = await file.stat();
  const end = name === currentName ? Math.min(size, currentBytes ?? size) : size;
  const pieces = linesForward(file, end);
  let number = 0;
  let step = await pieces.next();
  for (; !step.done; step = await pieces.next()) {
    for (const line of step.value) check.take(line, name, (number += 1));
    await pause?.();
  }
  const { torn } = step.value;
  // Only the row that was being written when a gateway was killed may be half: never one that it had been told is on disk.
  if (torn.length > 0 && (currentBytes !== undefined || name !== currentName)) check.take(torn, name, number + 1);
  return torn.length;
}

function verificationOf({ flaws, more, rows, last }: ChainCheck, tornBytes: number): AuditVerification {
  const head = { seq: last.seq, hash: last.hash };
  const first = flaws.at(0);
  if (first) {
    const others = flaws.length + more - 1;
    const also = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'flaw' : 'flaws'})`;
    return { ok: false, rows, head, flaws, message: `the audit is not as it was written: ${first.message}${also}` };
  }
  const torn = tornBytes === 0 ? '' : '; behind them stands a piece of a row that was being written when the gateway was killed'; // prettier-ignore
  return { ok: true, rows, head, flaws, message: `${rows} rows, each as it was written${torn}` };
}
