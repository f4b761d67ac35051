import type { ConfigStatus, HostRow, Status } from '@fieldwarden/admin-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import type { PostMortemStore } from '@fieldwarden/supervisor';

/** The parts of a gateway that its composition root makes, as far as the Admin API asks them. */

export interface AskedConfiguration {
  readonly site: string;
  facts(): Pick<Status, 'generation' | 'usingStaleConfig' | 'authority'>;
}

export interface AskedDrivers {
  /** Live: drivers come and go in it. In the order of the configuration. */
  readonly byId: ReadonlyMap<string, DriverInstance>;
  readonly postMortems: Pick<PostMortemStore, 'list' | 'read'>;
  readonly configuration: Pick<ConfigStatus, 'rolledBack'>;
}

/** On which everybody reads how drivers and devices are. */
export interface AskedStatusBoard {
  rows(): readonly HostRow[];
  readonly valuesPerSecond: number;
}
