import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeManifest, parseManifest, schemaVersion, type SnapshotManifest } from './manifest.js';

const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const count = fc.nat();
const text = fc.string({ unit: 'binary' });

const manifests: fc.Arbitrary<SnapshotManifest> = fc.record({
  schemaVersion: fc.constant(schemaVersion),
  site: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  generation: fc.integer({ min: 1 }),
  publishedAt: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  author: text,
  message: text,
  rollbackOf: fc.option(fc.integer({ min: 1 })),
  sourceSha256: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
  sourceFile: fc.option(fc.string()),
  documentSha256: sha256,
  fileLength: count,
  fileSha256: sha256,
  drivers: count,
  tags: count,
  product: text,
});

const sample: SnapshotManifest = {
  schemaVersion,
  site: 'lab',
  generation: 7,
  publishedAt: '2026-09-21T08:00:00.000Z',
  author: 'engineer',
  message: 'two more fillers "é"',
  rollbackOf: null,
  sourceSha256: null,
  sourceFile: null,
  documentSha256: 'd'.repeat(64),
  fileLength: 8192,
  fileSha256: 'f'.repeat(64),
  drivers: 2,
  tags: 20,
  product: 'fieldwarden 0.1.0',
};

/** A manifest whose checksum is right, whatever it says. */
function checked(content: object): Buffer {
  const body = JSON.stringify(content, null, 2).slice(0, -2);
  const checksum = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${body},\n  "checksum": "${checksum}"\n}\n`);
}

/** Older versions write none of these. */
const laterMembers: ReadonlySet<string> = new Set(['sourceSha256', 'sourceFile']);

describe('the manifest (§7.3)', () => {
  it('comes back as it was written, and is plain JSON', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const bytes = encodeManifest(manifest);
        expect(parseManifest(bytes, '7.json')).toEqual(manifest);
        expect(JSON.parse(bytes.toString())).toMatchObject({ generation: manifest.generation, site: manifest.site });
      }),
    );
  });

  it('is the same bytes whatever order the members have in memory', () => {
    const reversed = Object.fromEntries(Object.entries(sample).reverse()) as unknown as SnapshotManifest;
    expect(encodeManifest(reversed).equals(encodeManifest(sample))).toBe(true);
  });

  it('is refused after a flip of any single bit', () => {
    const whole = encodeManifest(sample);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(() => parseManifest(flipped, '/home/7.json')).toThrow(
        expect.objectContaining({
          code: 'SNAPSHOT_MANIFEST_DAMAGED',
          kind: 'config',
          message: expect.stringContaining('/home/7.json'),
        }),
      );
    }
  });

  it('is refused at any other length', () => {
    const whole = encodeManifest(sample);
    for (let length = 0; length < whole.length; length += 1)
      expect(() => parseManifest(whole.subarray(0, length), '7.json')).toThrow(/damaged/);
    expect(() => parseManifest(Buffer.concat([whole, Buffer.from(' ')]), '7.json')).toThrow(/damaged/);
  });

  it('of a newer product is told from a damaged one, and names the product', () => {
    const newer = checked({ schemaVersion: schemaVersion + 1, product: 'fieldwarden 9.0.0', shape: 'unknown' });
    expect(() => parseManifest(newer, '7.json')).toThrow(
      expect.objectContaining({ code: 'SNAPSHOT_SCHEMA_NEWER', message: expect.stringContaining('fieldwarden 9.0.0') }),
    );
  });

  it.each(Object.keys(sample))('is refused without its member %s, or with one of another type', (name) => {
    const without = (): unknown => parseManifest(checked({ ...sample, [name]: undefined }), '7.json');
    if (laterMembers.has(name)) expect(without()).toEqual({ ...sample, [name]: null });
    else expect(without).toThrow(/damaged/);
    expect(() => parseManifest(checked({ ...sample, [name]: [] }), '7.json')).toThrow(/damaged/);
  });
});
