import { AuditLog } from '@fieldwarden/audit';
import { nothingSecret, newCorrelationId, silentLogger, systemClock } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { userInfo } from 'node:os';

/**
 * A row of the audit for what a command did to a home directory itself, on which no gateway runs (SPEC §13.4): the chain that is there goes on. To be
 * called by who holds the claim on it. Rejects with what the disk says.
 */
export async function recordInHome(home: string, entry: Pick<AuditEntry, 'action' | 'after'>): Promise<void> {
  await using audit = new AuditLog({
    folder: home,
    clock: systemClock,
    logger: silentLogger,
    redactor: nothingSecret,
  });
  const subject = 'home directory';
  audit.record({
    user: whoRuns(),
    via: 'command',
    subject,
    outcome: 'done',
    correlationId: newCorrelationId(),
    ...entry,
  });
  await audit.settled();
}

/** As the local socket names who comes in by it; a user without a name has a number. */
function whoRuns(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
