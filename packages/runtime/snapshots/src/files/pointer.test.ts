import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePointer, parsePointer } from './pointer.js';

const pointers = fc.record({
  generation: fc.integer({ min: 1, max: 10 ** 15 - 1 }),
  manifestSha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});

describe('the pointer (§7.3)', () => {
  it('is one line that says what was written', () => {
    fc.assert(
      fc.property(pointers, (pointer) => {
        const text = encodePointer(pointer);
        expect(text.indexOf('\n')).toBe(text.length - 1);
        expect(parsePointer(Buffer.from(text), 'CURRENT')).toEqual(pointer);
      }),
    );
  });

  it('is refused after a flip of any single bit', () => {
    const whole = Buffer.from(encodePointer({ generation: 17, manifestSha256: 'a5'.repeat(32) }));
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(() => parsePointer(flipped, '/home/CURRENT')).toThrow(
        expect.objectContaining({
          code: 'SNAPSHOT_POINTER_DAMAGED',
          kind: 'config',
          message: expect.stringContaining('/home/CURRENT'),
        }),
      );
    }
  });

  it('is refused when bytes are missing or follow', () => {
    const whole = Buffer.from(encodePointer({ generation: 17, manifestSha256: 'a5'.repeat(32) }));
    for (let length = 0; length < whole.length; length += 1)
      expect(() => parsePointer(whole.subarray(0, length), 'CURRENT')).toThrow(/damaged/);
    expect(() => parsePointer(Buffer.concat([whole, Buffer.from('\n')]), 'CURRENT')).toThrow(/damaged/);
  });
});
