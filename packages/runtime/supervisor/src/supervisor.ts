import { join } from 'node:path';
import type { Clock, Logger } from '@fieldwarden/core';
import { HostLedger } from './host-ledger.js';
import type { Host, HostSpec } from './host.js';
import { SupervisedHost } from './supervised-host.js';

export interface SupervisorDeps {
  /** Script that a child runs: `driverHostMain` of @fieldwarden/driver-host. */
  readonly hostMain: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where `hosts.json` and compiled code live; without it nothing is known of a previous gateway's Hosts. */
  readonly stateDir?: string;
  /** False: rely on the Host's own watchdog alone, as on systems without setpriv. */
  readonly parentDeathSignal?: boolean;
}

/** Makes Hosts and ends them all. Sweeps what a previous gateway left behind when it is created. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #ledger: HostLedger;
  readonly #hosts = new Set<Host>();

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#ledger = new HostLedger(deps.stateDir, deps.logger);
    this.#ledger.sweep();
  }

  /** Not started yet. */
  createHost(spec: HostSpec): Host {
    const { driverId, driverType } = spec;
    const { hostMain, clock, logger, random, stateDir, parentDeathSignal = true } = this.#deps;
    const host = new SupervisedHost(spec, {
      hostMain,
      parentDeathSignal,
      compileCacheDir: stateDir === undefined ? undefined : join(stateDir, 'compile-cache'),
      clock,
      logger: logger.child({ driverId, driverType }),
      random,
      spawned: (pid) => this.#ledger.add(driverId, pid),
      gone: (pid) => this.#ledger.remove(pid),
    });
    host.onEvent((event) => {
      if (event.type !== 'state') return;
      // A stopped Host belongs to whoever made it; only one with a process, or waiting for one, has to be ended here.
      if (event.state === 'stopped') this.#hosts.delete(host);
      else this.#hosts.add(host);
    });
    return host;
  }

  /** Stops every Host, all at one time. */
  async close(): Promise<void> {
    await Promise.all([...this.#hosts].map((host) => host.stop()));
  }
}
