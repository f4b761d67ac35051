import { FakeClock, RecordedAlarms } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { CertificateCare } from './certificate-care.js';
import { dayMs, type CertificateVerdict } from '@fieldwarden/certificates';

const good: CertificateVerdict = {
  isOurs: true,
  flaws: [],
  isDue: false,
  hasEnded: false,
  endsAtMs: Date.UTC(2040, 0, 1),
  unnamedAddresses: [],
};
const ending: CertificateVerdict = { ...good, isDue: true, flaws: ['ends on 2040-01-01'] };

function careOf(verdict: CertificateVerdict) {
  const clock = new FakeClock();
  const alarms = new RecordedAlarms();
  const seen = { verdict, renewals: 0 };
  const care = new CertificateCare({
    clock,
    alarms,
    serviceId: 'opcua',
    certificateFile: '/pki/own/certs/certificate.pem',
    judge: () => seen.verdict,
    renew: () => void (seen.renewals += 1),
  });
  return { clock, alarms, seen, care };
}

it('looks once a day, and renews one of our own once when it is due', async () => {
  const { clock, alarms, seen } = careOf(good);
  await clock.advance(3 * dayMs);
  expect(seen.renewals).toBe(0);
  seen.verdict = ending;
  await clock.advance(dayMs);
  expect(seen.renewals).toBe(1);
  expect(clock.pendingTimers).toBe(0); // whoever renews makes another one
  expect(alarms.active).toEqual([]);
});

it('does not renew for names alone: a start did what could be done', () => {
  expect(careOf({ ...good, flaws: ['does not name x'] }).seen.renewals).toBe(0);
});

it('is more urgent 7 days and 1 day before the end', async () => {
  const { clock, alarms, seen, care } = careOf({ ...ending, isOurs: false });
  for (const [days, severity] of [
    [8, 500],
    [7, 700],
    [1, 800],
  ]) {
    seen.verdict = { ...seen.verdict, endsAtMs: clock.wallMs() + dayMs + days * dayMs };
    await clock.advance(dayMs); // the next look
    expect(alarms.active).toMatchObject([{ severity }]);
  }
  care[Symbol.dispose]();
});

it("raises one alarm for the operator's own, more urgent once it has ended, until there is another one", async () => {
  const { clock, alarms, seen, care } = careOf({ ...ending, isOurs: false });
  const remedy =
    /^the OPC UA server's own certificate.* ends on 2040-01-01\. Put another one.*certificate\.pem.*services restart opcua/;
  expect(alarms.active).toMatchObject([{ severity: 500, message: expect.stringMatching(remedy) as string }]);
  seen.verdict = { ...seen.verdict, hasEnded: true, flaws: ['ended on 2040-01-01'] };
  await clock.advance(dayMs);
  expect(alarms.active).toMatchObject([{ severity: 800, message: expect.stringContaining(' ended on ') as string }]);
  seen.verdict = { ...good, isOurs: false };
  await clock.advance(dayMs);
  expect(alarms.active).toEqual([]);
  expect(seen.renewals).toBe(0);
  care[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});
