import type { ContractCase } from './contract-case.js';
import type { DriverContractFixture, OpenSession } from './fixture.js';
import { closeCases, failureCases } from './failure-cases.js';
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
  ...failureCases,
  ...closeCases,
];

/** One case on a fresh device. Rejects when the driver breaks that sentence of the contract. */
export function runCase(
  contractCase: ContractCase,
  { definition, start }: DriverContractFixture,
  openSession: OpenSession,
): Promise<void> {
  return withoutStrayErrors(async () => {
    await using device = await start();
    await contractCase.before?.(device);
    await using opened = await openSession(definition, device);
    await contractCase.run({ definition, device, session: opened.session });
  });
}
