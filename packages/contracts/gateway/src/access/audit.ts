/** What somebody did or tried to do, as the part that carried it out tells it (SPEC §13.4). */
export interface AuditEntry {
  readonly user: string;
  /** The road: `console`, `rest`, `socket`, `opcua`, `mqtt`, `modbus-server`, `gateway`; `command`: without a gateway. */
  readonly via: string;
  /** A verb of the table in `auditActions`. */
  readonly action: AuditAction;
  /** What it was done to: path of a tag, id of a driver, name of an account. */
  readonly subject: string;
  /** As JSON, secrets blanked; null where there is none. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** `done`, `refused`, or for a write what became of it. */
  readonly outcome: AuditOutcome;
  /** Why, where it was not done. */
  readonly reason?: string;
  readonly correlationId: string;
}

export type AuditOutcome = 'done' | 'refused' | 'failed' | 'rejected' | 'not-sent' | 'unknown';

export const auditActions = [
  'sign-in', 'sign-out', 'write', 'act', 'alarm', 'configure', 'publish', 'user', 'token', 'session', 'certificate', 'secret',
  'backup', 'restore', 'start', 'stop', 'clock', 'audit',
] as const; // prettier-ignore

export type AuditAction = (typeof auditActions)[number];

/** The book of who did what. Takes an entry at once; that it is on disk is seen to behind it. Never throws. */
export interface AuditTrail {
  record(entry: AuditEntry): void;
}
