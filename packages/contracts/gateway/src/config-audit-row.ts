/** What somebody did to the configuration, or tried to: kept by the authority as it stands here. */
export interface ConfigAuditRow {
  /** ISO-8601, UTC. */
  readonly at: string;
  readonly action: 'draft' | 'publish' | 'rollback' | 'refused';
  readonly author: string;
  /** `socket`, `rest`, `console`, `plant-file`. */
  readonly via: string;
  readonly generation: number | null;
  readonly message: string;
  readonly correlationId: string;
}
