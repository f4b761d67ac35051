import { rowOf, type AuditRow, type ChainPosition } from './chain/audit-row.js';
import { AuditFile, tornName } from './files/audit-file.js';
import { readHead } from './files/head-file.js';
import { currentName } from './files/segments.js';

/** Something about the end of the audit that its next rows tell. */
export interface ChainRemark {
  readonly message: string;
  /** Somebody changed it; else it is what a killed gateway leaves. */
  readonly isDamage: boolean;
}

export interface TakenUpChain {
  readonly file: AuditFile;
  /** On which the next row follows. */
  readonly position: ChainPosition;
  /** Undefined without any, or if it cannot be read. */
  readonly lastRow: AuditRow | undefined;
  readonly remarks: readonly ChainRemark[];
}

/**
 * Opens the audit of a home directory where it ended. What is known to have been written and is not there any more stays missing: the chain
 * goes on behind it, so that every later check finds the gap. Rejects with what the file system says.
 *
 * `during`: the gateway has written it until now, up to `known`.
 */
export async function takeUpChain(
  folder: string,
  during?: { readonly change: string; readonly known: ChainPosition },
): Promise<TakenUpChain> {
  const { file, end } = await AuditFile.open(folder);
  const known = during?.known ?? (await readHead(folder));
  const remarks: ChainRemark[] = [];
  if (during) remarks.push({ message: during.change, isDamage: true });
  if (end.torn.length > 0) {
    const message = `the last line of ${currentName} was half written; its ${end.torn.length} bytes are in ${tornName}`;
    remarks.push({ message, isDamage: false });
  }
  if (end.strangeLines > 0) {
    const message = `the last ${end.strangeLines} lines of ${currentName} are no rows`;
    remarks.push({ message, isDamage: true });
  }
  const lastRow = end.lastLine && rowOf(end.lastLine);
  if (!known || known.seq <= end.position.seq) return { file, position: end.position, lastRow, remarks };
  const message = `rows ${end.position.seq + 1} to ${known.seq}, which had been written, are missing at the end of ${currentName}`;
  return { file, position: known, lastRow, remarks: [...remarks, { message, isDamage: true }] };
}
