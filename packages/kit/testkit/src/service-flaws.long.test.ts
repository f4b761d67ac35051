import { describe, expect, test } from 'vitest';
import { applyFlaws } from './service/flaws/apply-flaws.js';
import { definitionFlaws } from './service/flaws/definition-flaws.js';
import { failureFlaws } from './service/flaws/failure-flaws.js';
import type { ServiceFlaw } from './service/flaws/flaw.js';
import { lifeFlaws } from './service/flaws/life-flaws.js';
import { loadFlaws } from './service/flaws/load-flaws.js';
import { portFlaws } from './service/flaws/port-flaws.js';
import { reportFlaws } from './service/flaws/report-flaws.js';
import { storageFlaws } from './service/flaws/storage-flaws.js';
import { tagFlaws } from './service/flaws/tag-flaws.js';
import { writeFlaws } from './service/flaws/write-flaws.js';
import { memoryDefinition, memoryFixture } from './service/reference/memory-fixture.js';
import { MemoryService } from './service/reference/memory-service.js';
import { runServiceCase, serviceCases } from './service/suite/run-service-case.js';
import type { ServiceCase } from './service/suite/service-case.js';

const flaws: readonly ServiceFlaw[] = [
  ...definitionFlaws,
  ...lifeFlaws,
  ...portFlaws,
  ...reportFlaws,
  ...tagFlaws,
  ...applyFlaws,
  ...writeFlaws,
  ...storageFlaws,
  ...loadFlaws,
  ...failureFlaws,
];

/** Told to take its time it tries every sentence on every flaw; else the first ones that the flaw breaks. */
const isLong = process.env.FIELDWARDEN_LONG === '1';
const firstOnes = 2;
const patienceMs = isLong ? 1_000 : 300;

describe('the service contract suite finds', { timeout: isLong ? 300_000 : 30_000 }, () => {
  for (const flaw of flaws) {
    test(flaw.what, async () => {
      const named = serviceCases.filter(({ sentence }) => flaw.breaks.some((start) => sentence.startsWith(start)));
      const broken = await brokenBy(flaw, isLong ? serviceCases : named.slice(0, firstOnes));
      expect(broken).toEqual((isLong ? named : named.slice(0, firstOnes)).map(({ sentence }) => sentence));
      expect(broken).not.toEqual([]);
    });
  }
});

test('each beginning of a sentence names one, and every sentence of the contract is broken by some flaw', () => {
  const sentences = serviceCases.map(({ sentence }) => sentence);
  const starts = [...new Set(flaws.flatMap(({ breaks }) => breaks))];
  const named = starts.map((start) => sentences.filter((sentence) => sentence.startsWith(start)));
  expect(starts.filter((_, i) => named[i].length !== 1)).toEqual([]);
  expect(sentences.filter((sentence) => !named.flat().includes(sentence))).toEqual([]);
});

async function brokenBy(
  { service = MemoryService, definition }: ServiceFlaw,
  cases: readonly ServiceCase[],
): Promise<readonly string[]> {
  const made = memoryDefinition((context) => new service(context), definition);
  const fixture = { ...memoryFixture(made), patienceMs };
  const broken: string[] = [];
  for (const serviceCase of cases) {
    await runServiceCase(serviceCase, fixture).catch(() => broken.push(serviceCase.sentence));
  }
  return broken;
}
