import { describe, test } from 'vitest';
import type { ServiceFixture } from './service/suite/fixture.js';
import { runServiceCase, serviceCases } from './service/suite/run-service-case.js';
import { appliesTo, type ServiceCase } from './service/suite/service-case.js';
import { ServiceStage } from './service/suite/service-stage.js';

export type { FixtureTag, RunningService, SeenTag, ServiceFixture, ServiceFollower } from './service/suite/fixture.js';

/** What a single case may take beyond the patience of the fixture. */
const caseMs = 60_000;

/**
 * Registers, as vitest tests, every sentence of the service contract (SPEC §16) that the fixture allows to check. Each runs on fresh
 * instances with tags, a road of writes, storage and alarms in memory.
 *
 * ```ts
 * describeService({ definition, settings: {}, tags, exercise: (running, paths) => … });
 * ```
 */
export function describeService(fixture: ServiceFixture): void {
  describe(`the service ${fixture.definition.name} keeps the service contract:`, async () => {
    for (const serviceCase of await applicableCases(fixture)) {
      test(serviceCase.sentence, { timeout: caseMs }, () => runServiceCase(serviceCase, fixture));
    }
  });
}

/** Asks an instance that was never started for its members: creating one does no I/O. */
export async function applicableCases(fixture: ServiceFixture): Promise<readonly ServiceCase[]> {
  await using stage = new ServiceStage(fixture);
  const { service } = await stage.make();
  return serviceCases.filter((serviceCase) => appliesTo(serviceCase, fixture, service));
}
