import { HostClient } from '@fieldwarden/channel';
import type { DriverSession } from '@fieldwarden/driver';
import type { Host, HostSpec } from './host.js';
import type { DriverName } from './host-name.js';
import type { SupervisedHostDeps } from './supervised-host-deps.js';
import { SupervisedHost } from './supervised-host.js';

/** The Host of a driver: a supervised process whose channel offers a DriverSession. */
export class DriverHost extends SupervisedHost<DriverName> implements Host {
  readonly #client: HostClient;
  readonly #present: { devices: HostSpec['devices'] };

  constructor(spec: HostSpec, deps: SupervisedHostDeps<DriverName>) {
    const { driverId, driverType, entry, options, folders, supervision, history, generation = noGeneration } = spec;
    const present = { devices: spec.devices };
    const client = new HostClient({
      driverId,
      clock: deps.clock,
      logger: deps.logger,
      init: (process) => ({ driverId, driverType, entry, options, devices: present.devices, folders, ...process }),
    });
    super({ name: { driverId }, link: client, supervision, history, generation }, deps);
    this.#client = client;
    this.#present = present;
  }

  get session(): DriverSession | undefined {
    return this.#client.session;
  }

  override configure(live: Pick<HostSpec, 'supervision' | 'devices'>): void {
    this.#present.devices = live.devices;
    super.configure(live);
  }
}

const noGeneration = (): null => null;
