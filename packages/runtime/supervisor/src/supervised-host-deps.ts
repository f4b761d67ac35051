import type { GatewayError, Logger } from '@fieldwarden/core';
import type { HostProcessOptions, Launch } from './process/host-process.js';
import type { PostMortemStore } from './death/post-mortem-store.js';
import type { HostName } from './host-name.js';
import type { StartGate } from './start/start-gate.js';

/** What a Host shares with the others of its Supervisor. */
export interface SupervisedHostDeps<Name extends HostName> extends Omit<HostProcessOptions, 'onLine' | 'onExit'> {
  /** Bound to the id and type of the driver, or to those of the service. */
  readonly logger: Logger;
  readonly random: () => number;
  readonly launch: Launch;
  readonly gate: StartGate;
  readonly postMortems: PostMortemStore<Name>;
  readonly spawned: (pid: number) => void;
  readonly gone: (pid: number) => void;
  /** The system gave no process, and why; undefined: it gave one. */
  readonly spawnRefused: (error: GatewayError | undefined) => void;
}
