import type { Status } from '@fieldwarden/admin-contract';

/** What is known of the configuration that runs, for status, health, metrics and system tags alike. */
export interface ConfigurationFacts {
  /** Null while configuration is not published in generations. */
  readonly generation: number | null;
  /** The authority did not answer: the last sealed snapshot runs. */
  readonly usingStaleConfig: boolean;
  readonly authority: Status['authority'];
  readonly authorityReachable: boolean;
}

/** What the gateway says of itself in its system tags. */
export interface GatewayFacts extends Pick<ConfigurationFacts, 'generation' | 'usingStaleConfig' | 'authority'> {
  readonly version: string;
  readonly site: string;
  readonly startedAtMs: number;
  readonly uptimeMs: number;
  readonly residentBytes: number;
  readonly plantTags: number;
  /** `<row> <hash>` of the last row of the audit, as it was told this day; null: not yet. */
  readonly auditHead: string | null;
  /** Values that came from drivers, over the last seconds. */
  readonly valuesPerSecond: number;
}
