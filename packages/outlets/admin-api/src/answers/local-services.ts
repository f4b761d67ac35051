import type { Service } from '@fieldwarden/admin-contract';
import type { WriteOrigin } from '@fieldwarden/gateway-contract';
import type { RunningServices } from '@fieldwarden/services';

import type { ServiceControl } from '../control/service-control.js';
import { serviceRow } from '../views/service-view.js';

/** What the Admin API asks of services, answered by those that run. */
export class LocalServices implements ServiceControl {
  readonly #services: RunningServices;

  constructor(services: RunningServices) {
    this.#services = services;
  }

  list(): readonly Service[] {
    return this.#services.facts().map(serviceRow);
  }

  get(id: string): Service | undefined {
    const facts = this.#services.factsOf(id);
    return facts && serviceRow(facts);
  }

  async restart(id: string): Promise<Service> {
    return serviceRow(await this.#services.restart(id));
  }

  async request(id: string, name: string, body: unknown, origin: WriteOrigin): Promise<unknown> {
    return await this.#services.request(id, name, body, origin);
  }
}
