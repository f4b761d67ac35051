import { documentDigest, type PlantDocument } from '@fieldwarden/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentEntries, documentFrom, driverOf, entriesDigest, type Entries } from './document-entries.js';
import { samplePlant } from './testing/sample-generation.js';

type Tag = NonNullable<
  NonNullable<NonNullable<NonNullable<PlantDocument['drivers']>[number]['devices']>[number]['tags']>
>[number];

function entriesOf(document: PlantDocument): Map<string, Buffer> {
  return new Map([...documentEntries(document)].map(({ key, text }) => [key, Buffer.from(text)]));
}

const optional = { requiredKeys: ['id'] as 'id'[] };
const anything = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());

const tags: fc.Arbitrary<Tag> = fc.record({
  path: fc.string(),
  address: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  dataType: fc.constant('float32'),
});
const devices = fc.record({ id: fc.string(), options: anything, tags: fc.array(tags) }, optional);
const drivers = fc.record(
  { id: fc.string(), type: fc.string(), options: anything, devices: fc.array(devices) },
  { requiredKeys: ['id', 'type'] },
);
const documents = fc.record(
  { version: fc.constant(1 as const), site: fc.string(), drivers: fc.array(drivers), stateMachines: fc.constant([]) },
  { requiredKeys: ['version', 'site'] },
) as fc.Arbitrary<PlantDocument>;

/** What a document is after it was stored as JSON (no -0, for instance). */
const asJson = (document: PlantDocument): unknown => JSON.parse(JSON.stringify(document));

describe('a document in pieces (§7.3)', () => {
  it('has the digest of the whole, and gives the same document back', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const entries = entriesOf(document);
        expect(await entriesDigest(entries)).toBe(documentDigest(document).sha256);
        expect(await documentFrom(entries)).toEqual(asJson(document));
      }),
    );
  });

  it('keeps tag lists around the size of a chunk whole and in order', async () => {
    for (const perDevice of [0, 1, 499, 500, 501, 1000, 1001]) {
      const document = samplePlant({ tags: 4 * perDevice });
      const entries = entriesOf(document);
      expect(await entriesDigest(entries)).toBe(documentDigest(document).sha256);
      expect(await documentFrom(entries)).toEqual(document);
    }
  });

  it('gives one driver without the others', async () => {
    const document = samplePlant({ tags: 4000 });
    const entries = new Map([...entriesOf(document)].filter(([key]) => !key.startsWith('tags/0/')));
    expect(await driverOf(entries, 'line-1')).toEqual(document.drivers?.[1]);
    expect(await driverOf(entries, 'line-9')).toBeUndefined();
  });

  it('is refused when any piece is missing', async () => {
    const whole = entriesOf(samplePlant({ tags: 4000 }));
    for (const key of whole.keys()) {
      const lacking: Entries = new Map([...whole].filter(([other]) => other !== key));
      await expect(entriesDigest(lacking)).rejects.toThrow(key);
    }
  });

  it('has another digest when two pieces are exchanged', async () => {
    const document = samplePlant({ tags: 4000 });
    const entries = entriesOf(document);
    const [one, other] = ['tags/0/0/0', 'tags/0/0/1'].map((key) => entries.get(key)!);
    entries.set('tags/0/0/0', other).set('tags/0/0/1', one);
    expect(await entriesDigest(entries)).not.toBe(documentDigest(document).sha256);
  });
});
