import { describe, test } from 'vitest';
import { appliesTo, type ContractCase } from './contract/cases/contract-case.js';
import type { DriverContractFixture, OpenSession } from './contract/fixture.js';
import { createSession, openInProcess } from './contract/open-in-process.js';
import { contractCases, runCase } from './contract/cases/run-case.js';

export type {
  ContractDevice,
  ContractDeviceEntry,
  DriverContractFixture,
  OpenedSession,
  OpenSession,
  ReadablePoint,
  RecordedPoint,
  RecordedRange,
  WritablePoint,
} from './contract/fixture.js';
export { openInProcess };

/**
 * Registers, as vitest tests, every sentence of the driver contract that the fixture's device and the driver's capabilities
 * allow to check. Each runs on a fresh device.
 *
 * ```ts
 * driverContractSuite('acme', acmeContract);                  // in this process
 * driverContractSuite('acme in a Host', acmeContract, openInHost);
 * ```
 */
export function driverContractSuite(
  name: string,
  fixture: DriverContractFixture,
  openSession: OpenSession = openInProcess,
): void {
  describe(`${name} keeps the driver contract:`, async () => {
    for (const contractCase of await applicableCases(fixture)) {
      test(contractCase.sentence, () => runCase(contractCase, fixture, openSession));
    }
  });
}

/** Asks one device for its knobs and an unopened session for its capabilities: creating one does no I/O. */
async function applicableCases(fixture: DriverContractFixture): Promise<readonly ContractCase[]> {
  await using device = await fixture.start();
  const session = createSession(fixture.definition, device);
  const applicable = contractCases.filter((contractCase) => appliesTo(contractCase, device, session));
  await session.close();
  return applicable;
}
