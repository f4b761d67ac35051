import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawText, stringText } from './large-text.js';

const stretch = 128 * 1024;

/** The same in two pieces. */
const cut = (bytes: Buffer): readonly Buffer[] => [
  bytes.subarray(0, bytes.length >> 1),
  bytes.subarray(bytes.length >> 1),
];

/** The inside of a text as JSON writes it. */
const inside = (text: string): readonly Buffer[] => cut(Buffer.from(JSON.stringify(text).slice(1, -1)));

describe('large texts, turn by turn', () => {
  it('mean what JSON.parse makes of them, wherever they are cut', async () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(part, fc.integer({ min: 0, max: 20 }), async (text, shift) => {
        const long = 'x'.repeat(shift) + text.repeat(Math.ceil((stretch * 1.2) / text.length));
        const meant = JSON.parse(JSON.stringify(long)) as string;
        expect((await stringText(inside(long))) === meant).toBe(true);
        expect((await rawText(cut(Buffer.from(long.toWellFormed())))) === long.toWellFormed()).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('keep runs of backslashes, quickly', async () => {
    const text = '\\'.repeat(stretch * 2 + 1);
    expect((await stringText(inside(text))) === text).toBe(true);
  });

  it('are refused where JSON refuses them', async () => {
    await expect(stringText([Buffer.from('a\\x')])).rejects.toThrow(SyntaxError);
    await expect(stringText([Buffer.from('a\nb')])).rejects.toThrow(SyntaxError);
  });
});
