import { newCorrelationId } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';

/** What the gateway itself did, or found. */
export function ownEntry(entry: Omit<AuditEntry, 'user' | 'via' | 'correlationId'>): AuditEntry {
  return { user: 'gateway', via: 'gateway', correlationId: newCorrelationId(), ...entry };
}
