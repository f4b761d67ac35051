import type { Service } from '@fieldwarden/service';
import type { ServiceFixture } from './fixture.js';
import type { ServiceStage } from './service-stage.js';

/** One sentence of the service contract. */
export interface ServiceCase {
  /** Reads on after "<service>", and ends with the section of the specification. */
  readonly sentence: string;
  /** Knobs of the fixture without which the case says nothing. */
  readonly needs?: readonly (keyof ServiceFixture)[];
  /** Members of the service that the case calls. */
  readonly uses?: readonly (keyof Service)[];
  /** The case is about the port that the service listens on. */
  readonly aboutPort?: boolean;
  /** The case takes a tag of the fixture: a service that shows none is not asked. */
  readonly aboutTags?: boolean;
  /** The case breaks what the service depends on: then it may fail, where it says so. */
  readonly mayFail?: boolean;
  run(stage: ServiceStage): Promise<unknown> | void;
}

export function appliesTo(serviceCase: ServiceCase, fixture: ServiceFixture, service: Service): boolean {
  const { needs = [], uses = [], aboutPort = false, aboutTags = false } = serviceCase;
  return (
    needs.every((knob) => fixture[knob] !== undefined) &&
    uses.every((name) => typeof service[name] === 'function') &&
    (!aboutPort || hasPort(fixture)) &&
    (!aboutTags || fixture.tags.length > 0)
  );
}

export function hasPort(fixture: ServiceFixture): boolean {
  return fixture.definition.port !== undefined || fixture.onPort !== undefined;
}
