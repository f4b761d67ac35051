import type { Service, ServicePostMortem, ServicePostMortemSummary } from '@fieldwarden/admin-contract';
import type { LogRecord, Origin } from '@fieldwarden/gateway-contract';
import type { Logging } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import type { PostMortemStore, ServiceName } from '@fieldwarden/supervisor';
import type { ServiceControl } from '../control/service-control.js';
import { serviceRow } from '../views/service-view.js';

export interface LocalServicesDependencies {
  readonly services: RunningServices;
  readonly logs: Pick<Logging, 'recentOfService' | 'subscribe'>;
  readonly postMortems: Pick<PostMortemStore<ServiceName>, 'list' | 'read'>;
}

/** What the Admin API asks of services, answered by those that run. */
export class LocalServices implements ServiceControl {
  readonly #deps: LocalServicesDependencies;

  constructor(deps: LocalServicesDependencies) {
    this.#deps = deps;
  }

  list(): readonly Service[] {
    return this.#deps.services.facts().map(serviceRow);
  }

  get(id: string): Service | undefined {
    const facts = this.#deps.services.factsOf(id);
    return facts && serviceRow(facts);
  }

  async restart(id: string): Promise<Service> {
    return serviceRow(await this.#deps.services.restart(id));
  }

  async postMortems(id: string): Promise<readonly ServicePostMortemSummary[]> {
    const found = await this.#deps.postMortems.list(id);
    return found.map(({ postMortemId, ...summary }) => ({ id: postMortemId, ...summary }));
  }

  async postMortem(id: string, postMortemId: string): Promise<ServicePostMortem | undefined> {
    const found = await this.#deps.postMortems.read(id, postMortemId);
    return found && { id: postMortemId, ...found };
  }

  logs(id: string, lines: number): readonly LogRecord[] {
    return this.#deps.logs.recentOfService(id, lines);
  }

  followLogs(id: string, listener: (record: LogRecord) => void): Disposable {
    return this.#deps.logs.subscribe((record) => {
      if (record.serviceId === id) listener(record);
    });
  }

  async request(id: string, name: string, body: unknown, origin: Origin): Promise<unknown> {
    return await this.#deps.services.request(id, name, body, origin);
  }
}
