import { describe, expect, test } from 'vitest';
import { appliesTo } from './contract/cases/contract-case.js';
import type { ContractDevice } from './contract/fixture.js';
import type { Flaw } from './contract/flaws/flaw.js';
import { flaws } from './contract/flaws/flaws.js';
import { MemoryDevice } from './contract/memory/memory-device.js';
import { memoryContract, MemorySession } from './contract/memory/memory-driver.js';
import { openInProcess } from './contract/open-in-process.js';
import { contractCases, runCase } from './contract/cases/run-case.js';

describe('the contract suite finds a driver with', () => {
  for (const flaw of flaws) {
    test(flaw.what, async () => {
      for (const sentence of flaw.breaks) await expect(caseFor(sentence, flaw), sentence).rejects.toThrow();
    });
  }
});

test('every sentence of the contract is broken by some flaw', () => {
  const broken = new Set(flaws.flatMap(({ breaks }) => breaks));
  expect(contractCases.map(({ sentence }) => sentence).filter((sentence) => !broken.has(sentence))).toEqual([]);
});

test('leaves out the cases that need a knob or a capability which is not there', () => {
  const bare = Object.assign(new MemoryDevice(), { writable: [], silence: undefined });
  const readOnly = Object.assign(new MemorySession(bare), { subscribe: undefined, subscribeAlarms: undefined });
  const left = contractCases.filter((contractCase) => appliesTo(contractCase, bare, readOnly));
  expect(left.filter(({ sentence }) => /silent|subscribe|writable/.test(sentence))).toEqual([]);
  expect(left.length).toBeGreaterThan(10);
});

function caseFor(sentence: string, { make, definition, device: alter }: Flaw): Promise<void> {
  const contractCase = contractCases.find((candidate) => candidate.sentence === sentence);
  if (!contractCase) return Promise.resolve();
  const fixture = memoryContract(make, definition);
  const altered = async (): Promise<ContractDevice> => {
    const device = await fixture.start();
    alter?.(device as MemoryDevice);
    return device;
  };
  return runCase(contractCase, { definition: fixture.definition, start: altered }, openInProcess);
}
