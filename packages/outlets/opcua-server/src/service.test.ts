import { once } from 'node:events';
import { connect } from 'node:net';
import { systemClock, type Clock, type Timer } from '@fieldwarden/core';
import { serviceContext, waitFor, type TestServiceContext } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { closeCertificates, openCertificates } from './identity/certificates.js';
import { dayMs } from '@fieldwarden/certificates';
import { ownFiles } from './identity/own-identity.js';
import definition from './service.js';
import { checkOpcua, opcuaSettings, type OpcuaSettings } from './settings.js';

const settings = (written: object): OpcuaSettings => opcuaSettings.parse({ port: 0, ...written });

it('a server that nobody can enter is a warning with the remedies, and says so in its status', async () => {
  const closed = settings({ securityPolicies: ['None'] });
  const [finding, ...others] = checkOpcua(closed);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ path: [], rule: 'opcua-admits-nobody', severity: 'warning' });
  expect(finding.message).toMatch(
    /securityPolicies: \[Basic256Sha256\].*anonymous: true, securityPolicies: \[None\].*enabled: false/,
  );
  await using context = await serviceContext(closed);
  const service = definition.create(context);
  await service.start(AbortSignal.timeout(30_000));
  expect(service.status()).toMatchObject({ admitsNobody: finding.message });
  expect(service.health()).toEqual({ state: 'Healthy' });
  await service.stop();
});

it('a server that somebody can enter is Healthy, and a warning only if that is everybody', async () => {
  expect(checkOpcua(settings({}))).toEqual([]);
  expect(checkOpcua(settings({ anonymous: true }))).toEqual([]);
  expect(checkOpcua(settings({ anonymous: true, securityPolicies: ['None'] }))).toMatchObject([
    { rule: 'opcua-open', message: expect.stringContaining('reads and writes every tag') as string },
  ]);
  expect(checkOpcua(settings({ anonymous: 'viewer', securityPolicies: ['None'] }))).toMatchObject([
    { rule: 'opcua-open', message: expect.stringContaining('the port reads every tag') as string },
  ]);
  await using context = await serviceContext(settings({ anonymous: true }));
  expect(definition.create(context).health()).toEqual({ state: 'Healthy' });
});

it.each([
  ['10.0.0.300', /10\.0\.0\.300.*above 255/],
  ['opc.tcp://plant:4840', /is a URL/],
  ['plant:4840', /contains a port/],
  ['0.0.0.0', /no address by which others reach this machine/],
  ['fe80::1%eth0', /no address by which others reach this machine/],
])('a host name %s is refused', (name, why) => {
  const { error } = opcuaSettings.safeParse({ hostNames: [name] });
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    expect.stringMatching(why),
  ]);
});

it('host names are names and addresses, without the brackets of URLs', () => {
  expect(settings({ hostNames: ['plant.example', '10.0.0.5', '[2001:db8::5]'] }).hostNames).toEqual([
    'plant.example',
    '10.0.0.5',
    '2001:db8::5',
  ]);
});

it('tells the operator that a certificate of theirs ends, and how to put another one', async () => {
  await using context = await serviceContext(settings({ anonymous: true }));
  await putCertificate(context, { subject: '/CN=x/O=Plant operator', validity: 1 });
  const service = definition.create(context);
  await service.start(new AbortController().signal);
  expect(context.alarms.active).toEqual([
    {
      conditionId: 'opcua-certificate',
      severity: 800,
      message: expect.stringMatching(/ends on .*certificate\.pem, then: fieldwarden services restart/) as string,
    },
  ]);
  await service.stop();
  expect(context.clock.pendingTimers).toBe(0);
});

it('while it runs, makes its own certificate anew 30 days before the end, on the same port, and tells those who trusted the one before', async () => {
  const clock = new DailyClock();
  await using context = await serviceContext(settings({ anonymous: true }), { clock });
  const service = definition.create(context);
  const { port } = (await service.start(new AbortController().signal))!;
  const first = service.status().certificateEndsAt as string;
  expect(Date.parse(first) - clock.wallMs()).toBeGreaterThan(3_648 * dayMs);
  clock.nextDay(3_600);
  expect(service.status().certificateEndsAt).toBe(first);
  expect(context.told).toEqual([]);
  clock.nextDay(20);
  const renewed = await waitFor(() => endOtherThan(first), { what: 'the new certificate' });
  expect(Date.parse(renewed) - clock.wallMs()).toBeGreaterThan(3_648 * dayMs);
  expect(context.told.map(({ message }) => message)).toEqual([
    expect.stringMatching(/new own certificate, valid until .* ends on .* key is the same.*trust the new one.*archive/),
  ]);
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  client.destroy();
  expect(context.failures).toEqual([]);
  await service.stop();

  function endOtherThan(end: string): string | undefined {
    const { certificateEndsAt } = service.status();
    return typeof certificateEndsAt === 'string' && certificateEndsAt !== end ? certificateEndsAt : undefined;
  }
});

/** The real clock, except for what is to be done once a day: that is done when the test says so, that many days later. */
class DailyClock implements Clock {
  #offsetMs = 0;
  #daily: (() => void) | undefined;

  monotonicMs = (): number => systemClock.monotonicMs();
  wallMs = (): number => systemClock.wallMs() + this.#offsetMs;

  setTimer(callback: () => void, delayMs: number): Timer {
    if (delayMs !== dayMs) return systemClock.setTimer(callback, delayMs);
    this.#daily = callback;
    return { unref: () => undefined, [Symbol.dispose]: () => (this.#daily = undefined) };
  }

  nextDay(days: number): void {
    this.#offsetMs += days * dayMs;
    this.#daily?.();
  }
}

async function putCertificate(
  { pkiDirectory }: TestServiceContext,
  { subject, validity }: { subject: string; validity: number },
): Promise<void> {
  const stores = await openCertificates(pkiDirectory);
  await stores.server.createSelfSignedCertificate({
    applicationUri: 'urn:x',
    dns: [],
    outputFile: ownFiles(pkiDirectory).certificateFile,
    startDate: new Date(),
    subject,
    validity,
  });
  await closeCertificates(stores);
}
