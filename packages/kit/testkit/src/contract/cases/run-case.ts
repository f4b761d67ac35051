import { alarmCases } from './alarm-cases.js';
import type { ContractCase } from './contract-case.js';
import type { DriverContractFixture, OpenSession } from '../fixture.js';
import { closeCases, failureCases } from './failure-cases.js';
import { patienceOf, settled } from './exchange.js';
import { discoverCases } from './discover-cases.js';
import { historyCases } from './history-cases.js';
import { liveDeviceCases } from './live-device-cases.js';
import { methodCases } from './method-cases.js';
import { optionCases } from './option-cases.js';
import { readCases } from './read-cases.js';
import { withoutStrayErrors } from './stray-errors.js';
import { subscribeCases } from './subscribe-cases.js';
import { writeCases } from './write-cases.js';

export const contractCases: readonly ContractCase[] = [
  ...optionCases,
  ...readCases,
  ...writeCases,
  ...subscribeCases,
  ...historyCases,
  ...alarmCases,
  ...methodCases,
  ...discoverCases,
  ...liveDeviceCases,
  ...failureCases,
  ...closeCases,
];

/** One case on a fresh device. Rejects when the driver breaks that sentence of the contract. */
export function runCase(
  contractCase: ContractCase,
  fixture: DriverContractFixture,
  openSession: OpenSession,
): Promise<void> {
  return withoutStrayErrors(async () => {
    const { definition } = fixture;
    await using device = await fixture.start();
    await contractCase.before?.(device);
    const opened = await openSession(definition, device);
    try {
      await contractCase.run({ definition, device, session: opened.session });
    } finally {
      await settled(opened[Symbol.asyncDispose](), patienceOf(device), 'closing the session');
    }
  });
}
