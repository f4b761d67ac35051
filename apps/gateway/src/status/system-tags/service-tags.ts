import type { ServiceFacts } from '@fieldwarden/services';
import { systemPrefix } from '@fieldwarden/tags';
import { serviceTags } from './system-tag-catalogue.js';
import { SystemTagGroup, type SystemTagDependencies } from './system-tag-group.js';

/** The services as tags (SPEC §8.5, §16.2). Values are handed in by whoever knows of a change; what is as before costs a comparison. */
export class ServiceTags implements Disposable {
  readonly #deps: SystemTagDependencies;
  readonly #groups = new Map<string, SystemTagGroup<ServiceFacts>>();

  constructor(deps: SystemTagDependencies) {
    this.#deps = deps;
  }

  /** Tags of a service that is new are added. */
  show(facts: ServiceFacts): void {
    let group = this.#groups.get(facts.id);
    if (!group) {
      group = new SystemTagGroup(this.#deps, `${systemPrefix}services/${facts.id}/`, serviceTags);
      this.#groups.set(facts.id, group);
    }
    group.show(facts);
  }

  remove(serviceId: string): void {
    this.#groups.get(serviceId)?.remove();
    this.#groups.delete(serviceId);
  }

  [Symbol.dispose](): void {
    for (const serviceId of [...this.#groups.keys()]) this.remove(serviceId);
  }
}
