import { nothingSecret, statusCodes, type Clock, type Redactor, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagHandle, TagStore } from '@fieldwarden/tags';
import type { SystemTagSpec } from './system-tag-catalogue.js';

export interface SystemTagDependencies {
  readonly store: TagStore;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Of texts. Default: nothing is secret. */
  readonly redactor?: Redactor;
}

/** The tags of one thing: a driver, a device, a service, the gateway. */
export class SystemTagGroup<Source> {
  readonly #store: TagStore;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #redactor: Redactor;
  readonly #specs: readonly SystemTagSpec<Source>[];
  readonly #handles: Uint32Array<ArrayBuffer>;
  readonly #shown: (TagValue | null | undefined)[] = [];

  constructor(
    { store, clock, redactor = nothingSecret }: SystemTagDependencies,
    prefix: string,
    specs: readonly SystemTagSpec<Source>[],
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#redactor = redactor;
    this.#specs = specs;
    this.#handles = store.define(specs.map((spec) => definition(prefix, spec)));
  }

  show(source: Source): void {
    for (const [i, { read }] of this.#specs.entries()) {
      const value = this.#redactor.redactValue(read(source));
      if (Object.is(value, this.#shown[i])) continue;
      this.#shown[i] = value;
      this.#put(this.#handles[i], value);
    }
  }

  remove(): void {
    this.#store.remove(this.#handles);
  }

  #put(handle: TagHandle, value: TagValue | null): void {
    if (value === null) this.#store.fail(Uint32Array.of(handle), statusCodes.BadNoDataAvailable, this.#clock.wallMs());
    else this.#store.set(handle, value);
  }
}

function definition<Source>(prefix: string, spec: SystemTagSpec<Source>): TagDefinition {
  const { name, type, unit, description, access = 'read-only' } = spec;
  return {
    path: `${prefix}${name}`,
    type: { scalar: type },
    rawType: { scalar: type },
    access,
    driverId: null,
    deviceId: null,
    address: '',
    scanMs: 1_000,
    ...(unit !== undefined && { unit }),
    description,
    writeIdempotent: false,
    verify: false,
  };
}
