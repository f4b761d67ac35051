import type { CertificateRow } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { certificateConcerns } from './certificate-concern.js';
import { commonName, expiryOf, shortThumbprint, thumbprintText } from './certificate-words.js';

const nowMs = Date.parse('2030-06-01T00:00:00.000Z');

const refused: CertificateRow = {
  store: 'rejected',
  use: 'opcua',
  subject: 'CN=UaExpert@desk, O=Plant',
  issuer: 'CN=UaExpert@desk, O=Plant',
  thumbprint: '0123456789ABCDEF0123456789ABCDEF01234567',
  sha256: '0123456789ABCDEF'.repeat(4),
  keyFingerprint: 'SHA256:key',
  key: 'RSA 2048',
  notBefore: '2030-01-01T00:00:00.000Z',
  notAfter: '2031-01-01T00:00:00.000Z',
  applicationUri: 'urn:desk:UaExpert',
  lastSeenAt: '2030-05-31T23:55:00.000Z',
  lastSeenFrom: '10.0.0.9',
};

describe('a client that was refused (§13.3)', () => {
  it('needs attention: who, from where, since when, and the button that trusts it', () => {
    expect(certificateConcerns([refused], nowMs)).toMatchObject([
      {
        what: 'An OPC UA client was refused',
        why: 'UaExpert@desk (urn:desk:UaExpert) came from 10.0.0.9 with a certificate that nobody has trusted yet.',
        sinceMs: Date.parse('2030-05-31T23:55:00.000Z'),
        action: 'trust-certificate',
        certificate: refused,
      },
    ]);
  });

  it('is no concern once it is trusted, has not come for an hour, or never came', () => {
    const others = [
      { ...refused, store: 'trusted' as const },
      { ...refused, lastSeenAt: '2030-05-31T22:55:00.000Z' },
      { ...refused, lastSeenAt: null },
      { ...refused, use: 'tls' as const },
    ];
    expect(certificateConcerns(others, nowMs)).toEqual([]);
  });
});

describe('a certificate in words', () => {
  it('is named by its common name', () => {
    expect(commonName('CN=UaExpert@desk, O=Plant')).toBe('UaExpert@desk');
    expect(commonName('/C=DE/O=Plant/CN=scada')).toBe('scada');
    expect(commonName('O=Plant')).toBe('O=Plant');
  });

  it('has a thumbprint to compare in pairs, and a short one for tables', () => {
    expect(thumbprintText('0123abcd')).toBe('01 23 AB CD');
    expect(shortThumbprint(refused.thumbprint)).toBe('01234567…01234567');
  });

  it.each([
    ['2030-12-01T00:00:00.000Z', 'good', '183 days left'],
    ['2030-06-30T00:00:00.000Z', 'warning', '29 days left'],
    ['2030-06-07T12:00:00.000Z', 'fault', '6 days left'],
    ['2030-06-02T12:00:00.000Z', 'fault', '1 day left'],
    ['2030-06-01T12:00:00.000Z', 'fault', 'less than a day left'],
    ['2030-05-31T12:00:00.000Z', 'fault', 'expired'],
  ])('that is good until %s is %s: %s', (notAfter, tone, word) => {
    expect(expiryOf({ ...refused, notAfter }, nowMs)).toMatchObject({ tone, word });
  });

  it('that begins in the future asks for a look at the clocks', () => {
    expect(expiryOf({ ...refused, notBefore: '2030-06-01T00:00:01.000Z' }, nowMs).word).toBe('not valid yet');
  });
});
