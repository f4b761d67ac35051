import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acceptedStep, fromBase32, toBase32, totpCode, totpStep, totpUri } from './totp.js';

const secret = Buffer.from('12345678901234567890');

// RFC 6238, Appendix B, SHA-1
it.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('gives at second %i the code %s', (second, code) => {
  expect(totpCode(secret, totpStep(second * 1_000), 8)).toBe(code);
});

it('takes the code of the step before and after, none further away, and none twice', () => {
  const nowMs = 1_700_000_000_000;
  const step = totpStep(nowMs);
  const taken = (offset: number, last = 0) => acceptedStep(secret, totpCode(secret, step + offset), nowMs, last);
  expect([taken(-1), taken(0), taken(1)]).toEqual([step - 1, step, step + 1]);
  expect([taken(-2), taken(2), taken(0, step), taken(-1, step), taken(1, step)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    step + 1,
  ]);
  for (const wrong of ['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])
    expect(acceptedStep(secret, wrong, nowMs, 0)).toBeUndefined();
});

it('writes secrets as authenticators read them', () => {
  expect(toBase32(secret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(totpUri({ issuer: 'Fieldwarden lab', name: 'ada', secret: 'GEZD' })).toBe(
    'otpauth://totp/Fieldwarden%20lab:ada?secret=GEZD&issuer=Fieldwarden%20lab&algorithm=SHA1&digits=6&period=30',
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 40 }), (bytes) => {
      expect(fromBase32(toBase32(bytes))).toEqual(Buffer.from(bytes));
    }),
  );
});
