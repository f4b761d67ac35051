import { isGatewayError, statusName, toJsonValue, type TagValue } from '@fieldwarden/core';
import {
  auditedName,
  type AuditEntry,
  type AuditOutcome,
  type Origin,
  type TagDefinition,
  type WriteReply,
} from '@fieldwarden/gateway-contract';

/** A write as the audit tells it (SPEC §13.4), in engineering units. */
export interface AuditedWrite {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The row of one write. What the gateway itself refused says so; of what was tried, what became of it. */
export function writeEntry(
  { path, before, after }: AuditedWrite,
  reply: WriteReply,
  { via, principal, correlationId }: Origin,
): AuditEntry {
  const reason = reasonOf(reply);
  return {
    user: auditedName(principal),
    via,
    action: 'write',
    subject: path,
    before,
    after,
    outcome: outcomeOf(reply),
    ...(reason !== undefined && { reason }),
    correlationId,
  };
}

/** A value of this tag; long lists are left to the audit, which cuts them. */
export function auditValue({ type }: TagDefinition, value: TagValue | null): unknown {
  return Array.isArray(value) && value.length > 100 ? value : toJsonValue(value, type.scalar);
}

function outcomeOf(reply: WriteReply): AuditOutcome {
  if (!isGatewayError(reply)) return reply.outcome;
  return reply.kind === 'config' || reply.kind === 'forbidden' ? 'refused' : reply.writeOutcome;
}

function reasonOf(reply: WriteReply): string | undefined {
  if (!isGatewayError(reply) && reply.outcome === 'done') return reply.message;
  return `${statusName(reply.status)}${reply.message === undefined ? '' : `: ${reply.message}`}`;
}
