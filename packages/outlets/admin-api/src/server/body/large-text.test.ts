import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawText, stringText } from './large-text.js';

const stretch = 256 * 1024;

describe('large texts, turn by turn', () => {
  it('mean what JSON.parse makes of them, wherever they are cut', async () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(part, fc.integer({ min: 0, max: 20 }), async (text, shift) => {
        const long = 'x'.repeat(shift) + text.repeat(Math.ceil((stretch * 1.2) / text.length));
        const literal = Buffer.from(JSON.stringify(long));
        expect((await stringText(literal)) === (JSON.parse(literal.toString()) as string)).toBe(true);
        expect((await rawText(Buffer.from(long.toWellFormed()))) === long.toWellFormed()).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('keep runs of backslashes, quickly', async () => {
    const text = '\\'.repeat(stretch * 2 + 1);
    expect((await stringText(Buffer.from(JSON.stringify(text)))) === text).toBe(true);
  });

  it('are refused where JSON refuses them', async () => {
    await expect(stringText(Buffer.from('"a\\x"'))).rejects.toThrow(SyntaxError);
    await expect(stringText(Buffer.from('"a\nb"'))).rejects.toThrow(SyntaxError);
  });
});
