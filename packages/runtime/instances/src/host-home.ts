import { GatewayError } from '@fieldwarden/core';
import type { PlantDriver } from '@fieldwarden/config';
import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { Host, HostEvent, Supervisor } from '@fieldwarden/supervisor';
import type { HomeFacts, HomeListener, HomePhase, SessionHome } from './session-home.js';

/** A session in a child process of its own, through the Supervisor. */
export class HostHome implements SessionHome {
  readonly isolation = 'host';
  readonly #host: Host;
  readonly #listener: HomeListener;
  #phase: HomePhase = { type: 'stopped' };
  #settled: (() => void)[] = [];

  constructor(definition: DriverDefinition, driver: PlantDriver, listener: HomeListener, supervisor: Supervisor) {
    this.#listener = listener;
    this.#host = supervisor.createHost({
      driverId: driver.id,
      driverType: definition.type,
      entry: definition.entry,
      options: driver.options,
      devices: driver.devices.map(({ id, options }) => ({ id, options })),
      supervision: driver.supervision,
    });
    this.#host.onEvent((event) => this.#heard(event));
  }

  get session(): DriverSession | undefined {
    return this.#phase.type === 'ready' ? this.#host.session : undefined;
  }

  get phase(): HomePhase {
    return this.#phase;
  }

  get facts(): HomeFacts {
    return this.#host.snapshot;
  }
}
