import type { AuditPage, AuditVerification } from '@fieldwarden/admin-contract';

/** Which rows; what is not said is not asked for. */
export interface AuditQuery {
  readonly user?: string;
  /** Of the subject: as it is, or a glob over paths. */
  readonly path?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly via?: string;
  /** Included, ms since 1970 UTC. */
  readonly fromMs?: number;
  /** Not included. */
  readonly toMs?: number;
  readonly limit: number;
  /** `next` of the page before; undefined = the newest rows. */
  readonly cursor?: string;
}

/** Who did what, as it is kept (SPEC §13.4). */
export interface AuditControl {
  /** Newest first. A page may have fewer rows than `limit`, or none, and still a `next`: it read as much as one request may. */
  page(query: AuditQuery): Promise<AuditPage>;
  /** Reads all of it. Who asks meanwhile gets the same answer. */
  verify(): Promise<AuditVerification>;
}
