import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { LinePlcs } from '../line-plant.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';
import { looksRight } from './looks-right.js';
import { operatedPlant } from './operated-plant.js';
import { screenshotsDir, takePicture } from './screenshots.js';

/** What each page shows once everything on it is there. */
const pages: readonly { readonly name: string; readonly path: string; readonly shows: RegExp }[] = [
  {
    name: 'overview',
    path: '/',
    shows: /What needs attention[^]*Off scan[^]*1 tag never worked[^]*mixer \/ tank[^]*Recent events[^]*is Faulted/,
  },
  {
    name: 'hosts',
    path: '/hosts',
    shows: /press[^]*own Host[^]*unit-2[^]*off scan|unit-2[^]*off scan[^]*press[^]*own Host/,
  },
  {
    name: 'services',
    path: '/services',
    shows: /opcua[^]*OPC UA server[^]*Healthy[^]*opc\.tcp:[^]*own Host, pid \d+[^]*sessions/,
  },
  {
    name: 'mqtt',
    path: '/mqtt',
    shows:
      /version 3\.1\.1[^]*Sparkplug node\s+line\/gateway, live[^]*Last messages that the broker took[^]*tags\/sim\/wave[^]*Last messages of the Sparkplug node[^]*spBv1\.0\/line\/[^]*Not connected[^]*nothing listens there[^]*Topics with messages that wait/i,
  },
  { name: 'driver', path: '/drivers/packaging', shows: /Off scan[^]*unit-2/ },
  { name: 'host', path: '/drivers/press', shows: /own Host, pid \d+/ },
  {
    name: 'tags-bad',
    path: '/tags?driver=mixer&bad=true&path=mixer/wrong',
    shows:
      /mixer\/wrong[^]*✕ BadNodeIdUnknown[^]*nothing at this address[^]*try HR99 or HR101[^]*Address\s+HR100[^]*every 200 ms[^]*0 to 120 bar[^]*nsu=urn:fieldwarden:line;s=mixer\/wrong/,
  },
  { name: 'tags', path: '/tags?path=sim/wave', shows: /sim\/wave[^]*✓ Good[^]*The last minutes/ },
  { name: 'configuration', path: '/configuration', shows: /As generation 1[^]*2 warnings/ },
  { name: 'events', path: '/events', shows: /is Faulted/ },
  { name: 'about', path: '/about', shows: /express/ },
];

const wave = {
  id: 'sim',
  type: 'simulator',
  devices: [
    {
      id: 'waves',
      tags: [
        { path: 'sim/wave', address: 'sine?periodMs=4000&amplitude=25', dataType: 'float64', unit: '°C', scanMs: 100 },
      ],
    },
  ],
};

/** Of its two tags one lies in a hole of the device; the other never changes. */
const mixer = (port: number): object => ({
  id: 'mixer',
  type: 'modbus',
  options: { host: '127.0.0.1', port },
  devices: [
    {
      id: 'tank',
      options: { unitId: 3 },
      tags: [
        { path: 'mixer/level', address: 'HR0', dataType: 'uint16', scanMs: 200 },
        {
          path: 'mixer/wrong',
          address: 'HR100',
          dataType: 'float32',
          unit: 'bar',
          scanMs: 200,
          access: 'read-write',
          limits: { min: 0, max: 120 },
        },
      ],
    },
  ],
});

describe('the pages of the console, in both themes and two widths (§13)', { timeout: 90_000 }, () => {
  const open = new AsyncDisposableStack();
  let gateway: GatewayProcess;
  let browser: ConsoleBrowser;
  let console: ConsolePage;

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rmSync(dir, { recursive: true, force: true }));
    const plcs = open.use(await LinePlcs.start());
    plcs.modbus.unit(3).knobs = { holes: [{ area: 'holdingRegisters', start: 100, count: 2 }] };
    const broker = open.use(await TestBroker.start());
    const plant = operatedPlant(plcs, join(dir, 'starts'), [wave, mixer(plcs.modbus.port)]);
    // Nobody listens at port 1: the second one waits.
    const mqtt = [
      { id: 'main', url: broker.url, format: 'both' },
      { id: 'away', url: 'mqtt://127.0.0.1:1' },
    ];
    gateway = open.use(await GatewayProcess.start({ ...plant, mqtt }));
    plcs.modbus.unit(2).knobs = { silent: true };
    browser = open.use(await ConsoleBrowser.start());
    console = await browser.signedIn(gateway, { heightPx: 900 });
    await console.page.getByRole('region', { name: 'Verdict' }).waitFor();
  });

  afterAll(async () => {
    process.stdout.write(`Pictures of the console: ${screenshotsDir}\n`);
    await open.disposeAsync();
  });

  async function looksRightWithoutProblems(page: ConsolePage, name: string): Promise<void> {
    await looksRight(page, name);
    expect(page.takeProblems()).toEqual([]);
  }

  it('sign-in', async () => {
    const door = await browser.window(gateway);
    await door.visit('/');
    await door.askForToken();
    await door.page.getByText('Where do I find the token?').click();
    await looksRightWithoutProblems(door, 'sign-in');
  });

  it.each(pages)('$name', async ({ name, path, shows }) => {
    await console.visit(path);
    await console.says(console.page.getByRole('main'), shows);
    await looksRightWithoutProblems(console, name);
  });

  it('a driver and a device are not green while one of their tags never worked', async () => {
    await console.visit('/drivers/mixer?tab=devices');
    await console.says(console.page.getByRole('main'), /Healthy, 1 Bad[^]*connected, 1 Bad[^]*1 tag never worked/);
    await takePicture(console.page, 'driver-with-bad-tags');
  });

  it('a folder counts its Bad tags, and the age of a value that stands is that of its last reading (§19.4)', async () => {
    await console.visit('/tags?path=mixer/level');
    await console.says(console.page.getByRole('treegrid'), /mixer\s+2 tags\s+1 Bad/);
    const now = console.page.getByRole('region', { name: 'Tag mixer/level' }).locator('.now');
    await console.says(now, /✓ Good/);
    const seenAtMs = Date.now();
    // Longer than it took to come here: the age of the last change would by now be more than that.
    await waitFor(() => Date.now() - seenAtMs > 6_000, { what: 'six seconds' });
    await console.says(now, /just now|\b[12] s ago/);
  });

  it('a dialog, a menu', async () => {
    await console.visit('/hosts');
    await console.page.getByRole('button', { name: 'Actions for driver press' }).click();
    await console.page.getByRole('menu').waitFor();
    await looksRightWithoutProblems(console, 'menu');
    await console.page.setViewportSize({ width: 1_280, height: 900 });
    // What scrolls at another width closes the menu, at a moment that nobody knows.
    const recycle = console.page.getByRole('menuitem', { name: 'Recycle' });
    const chosen = async (): Promise<boolean> => {
      if (!(await recycle.isVisible()))
        await console.page.getByRole('button', { name: 'Actions for driver press' }).click();
      return await recycle.click({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    };
    await waitFor(chosen, { what: 'Recycle chosen from the menu', timeoutMs: 15_000 });
    await console.page.getByRole('dialog').waitFor();
    await looksRightWithoutProblems(console, 'dialog');
  });
});
