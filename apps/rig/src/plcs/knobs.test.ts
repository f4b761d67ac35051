import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeKnobs, parseKnobs, type KnobName } from './knobs.js';

const names: readonly KnobName[] = ['delayMs', 'silent', 'exception'];

test('takes knobs that are there, with values that they accept', () => {
  expect(parseKnobs({ delayMs: 50, silent: true }, names)).toEqual({ knobs: { delayMs: 50, silent: true } });
  expect(parseKnobs({}, names)).toEqual({ knobs: {} });
});

test('lists everything that is wrong at once', () => {
  expect(parseKnobs({ delayMs: -1, silent: 'yes', refuse: true, exception: 1.5 }, names)).toEqual({
    findings: [
      'delayMs must be a whole number from 0 to 600000, not -1',
      'silent must be true or false, not "yes"',
      'there is no knob "refuse" here; there are delayMs, silent, exception',
      'exception must be a whole number from 1 to 254, not 1.5',
    ],
  });
});

test('gives findings, never a throw, for anything that is no object of such knobs', () => {
  fc.assert(
    fc.property(fc.anything(), (given) => {
      const parsed = parseKnobs(given, []);
      const isEmptyObject =
        typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length === 0;
      expect('findings' in parsed).toBe(!isEmptyObject);
    }),
  );
});

test('describes a knob by what it takes and does', () => {
  expect(describeKnobs(['silent'])).toEqual({
    silent: 'true or false: requests are taken and never answered; connections stay',
  });
});
