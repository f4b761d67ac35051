import assert from 'node:assert/strict';
import { messageOf } from '@fieldwarden/core';
import { withoutStrayErrors } from '../../contract/cases/stray-errors.js';
import { applyCases } from './apply-cases.js';
import { definitionCases } from './definition-cases.js';
import { failureCases } from './failure-cases.js';
import type { ServiceFixture } from './fixture.js';
import { lifeCases } from './life-cases.js';
import { loadCases } from './load-cases.js';
import { portCases } from './port-cases.js';
import { reportCases } from './report-cases.js';
import type { ServiceCase } from './service-case.js';
import { ServiceStage } from './service-stage.js';
import { storageCases } from './storage-cases.js';
import { tagCases } from './tag-cases.js';
import { writeCases } from './write-cases.js';

export const serviceCases: readonly ServiceCase[] = [
  ...definitionCases,
  ...lifeCases,
  ...portCases,
  ...reportCases,
  ...tagCases,
  ...applyCases,
  ...writeCases,
  ...storageCases,
  ...loadCases,
  ...failureCases,
];

/** One case on fresh instances. Rejects when the service breaks that sentence of the contract. */
export function runServiceCase(serviceCase: ServiceCase, fixture: ServiceFixture): Promise<void> {
  return withoutStrayErrors(async () => {
    await using stage = new ServiceStage(fixture);
    await serviceCase.run(stage);
    for (const { context } of stage.instances) {
      if (serviceCase.mayFail) assert(context.failures.length <= 1, 'fail was called more than once');
      else assertUntroubled(context.tags.thrown, context.failures);
    }
  });
}

function assertUntroubled(thrown: readonly unknown[], failures: readonly unknown[]): void {
  assert.deepEqual(thrown.map(messageOf), [], 'what its listeners of tags threw');
  assert.deepEqual(failures.map(messageOf), [], 'what it gave up for');
}
