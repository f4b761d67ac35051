import type { AuditAction, AuditOutcome } from '@fieldwarden/gateway-contract';
import { hash as digest } from 'node:crypto';

/** One row as it stands in the file, in this order of fields. */
export interface AuditRow {
  /** Counts from 1, without gaps, over restarts and files. */
  readonly seq: number;
  /** When it was told, ISO-8601 UTC. */
  readonly at: string;
  readonly user: string;
  readonly via: string;
  readonly action: AuditAction;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly correlationId: string;
  /** Hash of the row before. */
  readonly prev: string;
  /** SHA-256, hex, over the line up to this field: over this row and, by `prev`, over all before it. */
  readonly hash: string;
}

/** A row before it has its place in the chain. */
export type AuditContent = Omit<AuditRow, 'seq' | 'prev' | 'hash'>;

/** Where the chain is: its last row. */
export interface ChainPosition {
  readonly seq: number;
  readonly hash: string;
}

export const chainBegin: ChainPosition = { seq: 0, hash: '0'.repeat(64) };

/** JSON of the content without its braces: what `chained` puts into a line. */
export function contentText(content: AuditContent): string {
  const { at, user, via, action, subject, before, after, outcome, reason, correlationId } = content;
  return JSON.stringify({
    at,
    user,
    via,
    action,
    subject,
    before: before ?? null,
    after: after ?? null,
    outcome,
    reason,
    correlationId,
  }).slice(1, -1);
}

/** The line of the row that follows on `last`, with its end of line, and where the chain is then. */
export function chained(
  text: string,
  last: ChainPosition,
): { readonly line: string; readonly position: ChainPosition } {
  const seq = last.seq + 1;
  const hashed = `{"seq":${seq},${text},"prev":"${last.hash}"`;
  const hash = digest('sha256', hashed);
  return { line: `${hashed},"hash":"${hash}"}\n`, position: { seq, hash } };
}

const linkBytes = ',"prev":"'.length + 64 + '"'.length;
const hashBytes = ',"hash":"'.length + 64 + '"}'.length;
const linkPattern = /^,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;
const seqPattern = /^\{"seq":([1-9]\d{0,15}),"at":"/;

/** What a line says of its place in the chain. */
export interface ChainLink extends ChainPosition {
  readonly prev: string;
}

/** Without its end of line. Undefined: it is no row. Says nothing of whether its hash is right. */
export function linkOf(line: Buffer): ChainLink | undefined {
  const seq = seqPattern.exec(line.toString('latin1', 0, 32))?.[1];
  const link = linkPattern.exec(line.toString('latin1', line.length - linkBytes - hashBytes));
  return seq !== undefined && link ? { seq: Number(seq), prev: link[1], hash: link[2] } : undefined;
}

/** Whether the line still is what was hashed. */
export function isUnchanged(line: Buffer, { hash }: ChainLink): boolean {
  return digest('sha256', line.subarray(0, line.length - hashBytes)) === hash;
}

/** Undefined: the line is no row. */
export function rowOf(line: Buffer): AuditRow | undefined {
  if (!linkOf(line)) return undefined;
  try {
    return JSON.parse(line.toString('utf8')) as AuditRow;
  } catch {
    return undefined;
  }
}
