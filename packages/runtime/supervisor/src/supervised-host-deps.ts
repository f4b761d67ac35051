import type { Logger } from '@fieldwarden/core';
import type { HostProcessOptions } from './process/host-process.js';
import type { PostMortemStore } from './death/post-mortem-store.js';
import type { StartGate } from './start/start-gate.js';

/** What a Host shares with the others of its Supervisor. */
export interface SupervisedHostDeps extends Omit<HostProcessOptions, 'onLine' | 'onExit'> {
  /** Bound to driverId and driverType. */
  readonly logger: Logger;
  readonly random: () => number;
  readonly gate: StartGate;
  readonly postMortems: PostMortemStore;
  readonly spawned: (pid: number) => void;
  readonly gone: (pid: number) => void;
}
