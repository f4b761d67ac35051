import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { BookedCertificate } from '../book/certificate-book.js';
import { dayMs } from '../facts/judge-certificate.js';
import { ExpiryWatch } from './expiry-watch.js';

function booked(atMs: number, row: Partial<BookedCertificate> = {}): BookedCertificate {
  return {
    store: 'trusted',
    use: 'opcua',
    subject: 'CN=press-1',
    issuer: 'CN=press-1',
    thumbprint: 'A1B2C3D4E5',
    sha256: '',
    keyFingerprint: '',
    key: 'RSA 2048',
    notBefore: new Date(0).toISOString(),
    notAfter: new Date(atMs).toISOString(),
    applicationUri: null,
    lastSeenAt: null,
    lastSeenFrom: null,
    ...row,
  };
}

function watched(rowsOf: (startMs: number) => readonly BookedCertificate[]) {
  const clock = new FakeClock();
  const rows = [...rowsOf(clock.wallMs())];
  const alarms = new Map<string, string>();
  const watch = new ExpiryWatch({
    clock,
    certificates: () => Promise.resolve(rows),
    tell: (stage, message) => {
      if (message === undefined) alarms.delete(stage);
      else alarms.set(stage, message);
    },
  });
  return { clock, rows, alarms, watch };
}

it('tells 30, 7 and 1 days before the end, and from then on, once in each stage', async () => {
  const { clock, alarms, watch } = watched((startMs) => [booked(startMs + 40 * dayMs)]);
  await watch.look();
  await clock.advance(9 * dayMs);
  expect([...alarms.keys()]).toEqual([]);
  await clock.advance(2 * dayMs);
  expect([...alarms.entries()]).toEqual([
    ['certificate-ends', expect.stringMatching(/^the trusted certificate of CN=press-1 \(A1B2C3D4\) ends on \d{4}/)],
  ]);
  await clock.advance(23 * dayMs);
  expect([...alarms.keys()]).toEqual(['certificate-ends-soon']);
  await clock.advance(6 * dayMs);
  expect([...alarms.entries()]).toEqual([['certificate-ends-now', expect.stringContaining(' ended on ')]]);
  watch[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});

it('names all that end in one alarm, and is quiet once they were replaced', async () => {
  const { clock, rows, alarms, watch } = watched((startMs) => [
    booked(startMs + 20 * dayMs),
    booked(startMs + 20 * dayMs, { store: 'own', use: 'tls', subject: 'CN=gateway' }),
    booked(startMs + 20 * dayMs, { store: 'issuers', subject: 'CN=plant-ca' }),
  ]);
  await watch.look();
  expect(alarms.get('certificate-ends')).toMatch(/CN=press-1.*; the certificate of the console.*CN=gateway.*; the issuer certificate of CN=plant-ca/); // prettier-ignore
  rows.length = 0;
  await clock.advance(3_600_000);
  expect(alarms.size).toBe(0);
  watch[Symbol.dispose]();
});

it('says nothing of rejected certificates, nor of the one that the OPC UA server looks after', async () => {
  const { alarms, watch } = watched((startMs) => [
    booked(startMs, { store: 'rejected' }),
    booked(startMs, { store: 'own' }),
  ]);
  await watch.look();
  expect(alarms.size).toBe(0);
  watch[Symbol.dispose]();
});
