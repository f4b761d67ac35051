import { LiveSecrets, nothingSecret, silentLogger, systemClock } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { AuditLog, type AuditLogOptions } from '../audit-log.js';

/** A write of an operator; with what a test says otherwise. */
export function testEntry(overrides: Partial<AuditEntry> = {}): AuditEntry {
  return {
    user: 'anna',
    via: 'console',
    action: 'write',
    subject: 'packaging/filler/setpoint',
    before: 60,
    after: 80,
    outcome: 'done',
    correlationId: '0123456789abcdef',
    ...overrides,
  };
}

/** The audit of a folder, by the system's clock. */
export function testAudit(folder: string, overrides: Partial<AuditLogOptions> = {}): AuditLog {
  return new AuditLog({ folder, clock: systemClock, logger: silentLogger, redactor: nothingSecret, ...overrides });
}

/** Records so many rows, and one of a planned end. */
export async function recordRows(
  folder: string,
  rows: number,
  overrides: Partial<AuditLogOptions> = {},
): Promise<void> {
  await using audit = testAudit(folder, overrides);
  for (let i = 1; i <= rows; i += 1) {
    audit.record(testEntry({ after: i }));
    if (i % 5 === 0) await audit.settled();
  }
  audit.record(testEntry({ user: 'gateway', action: 'stop' }));
}

export function secretsOf(...secrets: string[]): LiveSecrets {
  const known = new LiveSecrets();
  known.learn(secrets);
  return known;
}
