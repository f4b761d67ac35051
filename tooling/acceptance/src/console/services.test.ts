import type { Service, ServiceList } from '@fieldwarden/admin-contract';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

const outlet = `import { z } from 'zod';
export default {
  name: 'acme', title: 'Acme outlet', version: '1', section: null, entry: import.meta.url, isolation: 'host', schema: z.strictObject({}),
  create: () => ({
    async start() { throw new Error('libacme.so is missing'); },
    status: () => ({}), health: () => ({ state: 'Healthy' }), stop: async () => undefined,
  }),
};`;

describe('services before an operator (§16.3, §19.4)', () => {
  const open = new AsyncDisposableStack();
  let gateway: GatewayProcess;
  let console: ConsolePage;
  let broker: TestBroker;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'acme.ts'), outlet);
    const tags = [{ path: 'sim/wave', address: 'sine', dataType: 'float64' }];
    broker = await TestBroker.start();
    open.defer(() => broker[Symbol.asyncDispose]());
    gateway = open.use(
      await GatewayProcess.launch({
        plant: {
          version: 1,
          site: 'services',
          opcua: { securityPolicies: ['None'], anonymous: true },
          drivers: [{ id: 'sim', type: 'simulator', devices: [{ id: 'waves', tags }] }],
          mqtt: { id: 'plant', url: broker.url },
          services: [{ id: 'acme', use: join(folder, 'acme.ts') }],
        },
        args: ['--drivers', folder],
      }),
    );
    const browser = open.use(await ConsoleBrowser.start());
    console = await browser.signedIn(gateway);
    await console.page.getByRole('region', { name: 'Verdict' }).waitFor();
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const card = (id: string): Locator => console.page.getByRole('region', { name: `Service ${id}` });
  const dialog = (): Locator => console.page.getByRole('dialog');

  async function service(id: string): Promise<Service> {
    const { services } = await gateway.get<ServiceList>('/services');
    return services.find((each) => each.id === id)!;
  }

  it('one that cannot start is a concern on the overview, with the reason, the next attempt and the button', async () => {
    const concern = console.page
      .getByRole('region', { name: 'What needs attention' })
      .getByRole('listitem')
      .filter({ hasText: 'acme' });
    await console.says(concern, /Faulted|Reconnecting|Paused/);
    await console.says(concern, /libacme\.so is missing/);
    await waitFor(async () => (await service('acme')).crashLoop === 'open', {
      what: 'the crash loop',
      timeoutMs: 30_000,
    });
    await console.says(concern, /Paused after repeated failures[^]*Next attempt/);
    await concern.getByRole('button', { name: 'Restart' }).click();
    await console.says(dialog(), /crash counter is cleared/);
    await dialog().getByRole('button', { name: 'Restart' }).click();
    await console.says(
      console.page.locator('.toasts'),
      /acme restarted, now (Faulted|Reconnecting): libacme\.so is missing/,
    );
  });

  it('a killed Host of the OPC UA server is seen away and well again, without loading the page anew', async () => {
    await console.turnTo('Services');
    await console.says(card('opcua'), /Healthy[^]*opc\.tcp:\/\/127\.0\.0\.1:\d+\/fieldwarden/);
    const loaded = await console.page.evaluate(() => performance.timeOrigin);
    const { pid } = await service('opcua');
    await console.says(card('opcua'), new RegExp(`own Host, pid ${pid}[^]*sessions\\s+0`));
    process.kill(pid!, 'SIGKILL');
    await console.says(card('opcua'), /Reconnecting|Faulted/);
    await console.says(card('opcua'), /Healthy[^]*Restarts\s+1[^]*The process was ended by a signal/);
    const after = await service('opcua');
    expect(after.pid).not.toBe(pid);
    await console.says(card('opcua'), new RegExp(`own Host, pid ${after.pid}`));
    expect(await console.page.evaluate(() => performance.timeOrigin)).toBe(loaded);
    await console.turnTo('Events');
    await console.says(console.page.getByRole('main'), /service[^]*opcua is Healthy/);
  });

  it('is restarted by a button, without a mouse, after reading what that means', async () => {
    await console.turnTo('Services');
    const { pid } = await service('opcua');
    await console.page.getByRole('button', { name: 'Restart service opcua' }).focus();
    await console.page.keyboard.press('Enter');
    await console.says(dialog(), /clients lose their connections/);
    await console.page.keyboard.press('Tab');
    await console.page.keyboard.press('Enter');
    await console.says(console.page.locator('.toasts'), /opcua restarted, now Healthy/);
    const after = await service('opcua');
    expect(after.pid).not.toBe(pid);
    await console.says(card('opcua'), new RegExp(`own Host, pid ${after.pid}`));
    const focused = (): Promise<string | null> =>
      console.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
    await waitFor(async () => (await focused()) === 'Restart service opcua', { what: 'the focus to return' });
  });

  it('a broker that goes away is a concern; the page MQTT says why, what waits, and gives it up after a second look (§10.2)', async () => {
    const outlet = console.page.getByRole('region', { name: 'MQTT outlet plant' });
    await console.turnTo('MQTT');
    await console.says(
      outlet,
      /Connected[^]*version 3\.1\.1[^]*Last messages that the broker took[^]*\/tags\/sim\/wave[^]*"v":/,
    );
    const { port } = broker;
    await broker[Symbol.asyncDispose]();
    await console.says(
      outlet,
      /Not connected[^]*Nothing listens there[^]*kept on disk[^]*\d+ messages?, [^]*tags\/sim\/wave/i,
    );
    await console.turnTo('Overview');
    const concern = console.page
      .getByRole('region', { name: 'What needs attention' })
      .getByRole('listitem')
      .filter({ hasText: 'No connection to the broker' });
    await console.says(concern, /plant[^]*is the broker running[^]*messages? kept on disk/);
    await concern.getByRole('link', { name: 'plant' }).click();
    await console.page.getByRole('button', { name: 'Purge … what waits in plant' }).focus();
    await console.page.keyboard.press('Enter');
    await console.says(dialog(), /gone for good[^]*events say who did it/);
    await console.page.keyboard.press('Tab');
    await console.page.keyboard.press('Enter');
    await console.says(console.page.locator('.toasts'), /\d+ messages? of plant given up/);
    await console.says(outlet, /Given up\s+\d+ given up by hand/);
    broker = await TestBroker.start({ port });
    await console.says(outlet, /Connected[^]*Reconnected\s+1 time/, 45_000);
  });

  it('their ports stand on the page About', async () => {
    await console.turnTo('About');
    const port = new URL((await service('opcua')).url!.replace('opc.tcp:', 'http:')).port;
    await console.says(console.page.getByRole('region', { name: 'Ports' }), new RegExp(`OPC UA server\\s+${port}`));
  });
});
