import { describe, expect, it } from 'vitest';
import { maxStatusCharacters, statusAsJson } from './status-as-json.js';

const circular: Record<string, unknown> = { clients: 1 };
circular.self = circular;

describe('what a service says of itself', () => {
  it('is shown as JSON carries it', () => {
    const status = { clients: 2, since: new Date(0), ratio: Number.NaN, none: undefined, list: [1, 'a'] };
    expect(statusAsJson(status)).toEqual({
      status: { clients: 2, since: '1970-01-01T00:00:00.000Z', ratio: null, list: [1, 'a'] },
      flaw: undefined,
    });
  });

  it.each([
    ['circular', circular, /circular/],
    ['with a 64-bit integer', { bytes: 1n }, /BigInt/],
    ['too long', { text: 'x'.repeat(maxStatusCharacters) }, /65547 characters long/],
    [
      'that throws',
      {
        toJSON: () => {
          throw new Error('not now');
        },
      },
      /not now/,
    ],
    ['that is none in JSON', { toJSON: () => 7 }, /no object/],
    ['that is nothing in JSON', { toJSON: () => undefined }, /no object/],
    ['of an array', [1] as unknown as Record<string, unknown>, /no object/],
  ])('is left out with the reason when it is one %s', (_, status, reason) => {
    const shown = statusAsJson(status);
    expect(shown).toEqual({ status: {}, flaw: expect.stringMatching(reason) });
    expect(shown.flaw).not.toContain('\n');
  });
});
