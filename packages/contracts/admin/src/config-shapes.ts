import type { ApplyFailure, ApplyStep, ConfigAuditRow, ConfigDifference, Finding } from '@fieldwarden/gateway-contract';

/** Configuration as the Admin API shows it: drafts, generations, differences (SPEC §7). A plant document travels as written: secrets are references. */

/** One published generation, without its document. */
export interface GenerationRow {
  /** Counted from 1 per site, without gaps that a client could rely on. */
  readonly generation: number;
  readonly publishedAt: string;
  readonly author: string;
  readonly message: string;
  /** Of the document in canonical JSON, hexadecimal. */
  readonly sha256: string;
  readonly drivers: number;
  readonly tags: number;
  /** The generation whose content this one brought back; null for any other publish. */
  readonly rollbackOf: number | null;
}

/** `GET /config/generations`: newest first. */
export interface GenerationList {
  readonly schema: 'fieldwarden/generations@1';
  /** What the gateway runs; null before the first publish. */
  readonly running: number | null;
  /** The newest one that the authority knows; null when the authority is away or empty. */
  readonly published: number | null;
  readonly generations: readonly GenerationRow[];
  /** Pass as `cursor` for older ones; null at the end. */
  readonly nextCursor: string | null;
}

/** `GET /config/generations/N`. */
export interface GenerationDetail extends GenerationRow {
  readonly schema: 'fieldwarden/generation@1';
  readonly document: unknown;
}

/** `GET,PUT /config/draft`: one per site. The text is kept as it was typed, also while it is not valid yet. */
export interface Draft {
  readonly schema: 'fieldwarden/draft@1';
  /** Rises with every change and every publish; 0 before the first. Pass it back as `expectedRevision`. */
  readonly revision: number;
  /** The generation that the draft was begun from; null if there was none. */
  readonly baseGeneration: number | null;
  /** YAML or JSON. Without a draft of its own: the published document as YAML. */
  readonly text: string;
  /** False while the text is just the published document. */
  readonly edited: boolean;
  readonly updatedAt: string | null;
  readonly author: string | null;
}

/** Body of `PUT /config/draft`; one of `text` and `document`. */
export interface DraftRequest {
  readonly text?: string;
  readonly document?: unknown;
  /** 409 `REVISION_STALE` if the draft has moved on; absent = overwrite. */
  readonly expectedRevision?: number;
}

/** Body of `POST /config/validate`; without both, the draft is validated. */
export interface ValidateRequest {
  readonly text?: string;
  readonly document?: unknown;
}

/** `POST /config/validate`. */
export interface ValidationAnswer {
  readonly schema: 'fieldwarden/findings@1';
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}

/** Body of `POST /config/publish`; without `document` and `text`, the draft is published. */
export interface PublishRequest {
  readonly message: string;
  readonly document?: unknown;
  readonly text?: string;
  /** Of the draft; 409 `REVISION_STALE` if somebody changed or published it since. */
  readonly expectedRevision?: number;
}

/** Body of `POST /config/rollback`. */
export interface RollbackRequest {
  readonly generation: number;
  readonly message?: string;
  readonly expectedRevision?: number;
}

/** Answer to publish and rollback: sealed, committed and applied. */
export interface PublishAnswer {
  readonly schema: 'fieldwarden/publish@1';
  readonly generation: number;
  /** False if the document is the running one already: then no generation was made. */
  readonly published: boolean;
  readonly steps: readonly ApplyStep[];
  /** Steps that did not come to their end; the others stand. */
  readonly failures: readonly ApplyFailure[];
  /** From the commit to the last step, milliseconds. */
  readonly applyMs: number;
  /** Warnings of the document. */
  readonly findings: readonly Finding[];
}

/** `GET /config/diff?from=&to=`, `POST /config/diff`. */
export interface ConfigDiff extends ConfigDifference {
  readonly schema: 'fieldwarden/diff@1';
}

/** Body of `POST /config/diff`: what publishing this document would do. */
export interface DiffRequest {
  /** A generation; absent = the running one. */
  readonly from?: number;
  readonly text?: string;
  readonly document?: unknown;
}

/** How the configuration stands, part of `fieldwarden/status@1`. */
export interface ConfigStatus {
  readonly authorityReachable: boolean;
  /** Since when the authority has been out of reach; null while it answers. */
  readonly staleSince: string | null;
  readonly publishedAt: string | null;
  /** The authority knows less, or other, than what is sealed here (a restored backup): nothing is applied until an operator publishes or rolls back. */
  readonly held: { readonly authorityGeneration: number | null; readonly reason: string } | null;
  /** Drivers that crash-looped on the running generation and went back to what they ran before. */
  readonly rolledBack: readonly { readonly driverId: string; readonly generation: number; readonly reason: string }[];
}

/** `GET /config/audit`: newest first. */
export interface ConfigAudit {
  readonly schema: 'fieldwarden/config-audit@1';
  readonly rows: readonly ConfigAuditRow[];
}
