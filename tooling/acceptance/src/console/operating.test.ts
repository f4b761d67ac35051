import { waitFor } from '@fieldwarden/testkit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { LinePlcs } from '../line-plant.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';
import { operatedPlant } from './operated-plant.js';

describe('an operator before the console (§4.3, §13)', () => {
  const open = new AsyncDisposableStack();
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let console: ConsolePage;

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rmSync(dir, { recursive: true, force: true }));
    plcs = open.use(await LinePlcs.start());
    gateway = open.use(await GatewayProcess.start(operatedPlant(plcs, join(dir, 'starts'))));
    const browser = open.use(await ConsoleBrowser.start());
    console = await browser.signedIn(gateway);
    await console.says(verdict(), /\w/);
    await gateway.driverTurns('press', 'Healthy');
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const verdict = (): Locator => console.page.getByRole('region', { name: 'Verdict' });
  const attention = (who: string): Locator =>
    console.page.getByRole('region', { name: 'What needs attention' }).getByRole('listitem').filter({ hasText: who });
  const dialog = (): Locator => console.page.getByRole('dialog');
  const toasts = (): Locator => console.page.locator('.toasts');
  const row = (device: string): Locator =>
    console.page.getByRole('region', { name: 'Drivers and devices' }).getByRole('row').filter({ hasText: device });

  it('sees the driver that could not be started, why, and when it is tried next; tries again now, and it works', async () => {
    await console.says(attention('chaos'), /Paused after repeated failures/);
    await console.says(attention('chaos'), /Next attempt (in \d|now)/);
    await console.says(attention('chaos'), /ended by itself/);
    await attention('chaos').getByRole('button', { name: 'Try again now' }).click();
    await console.says(dialog(), /crash counter is cleared/);
    await dialog().getByRole('button', { name: 'Try again now' }).click();
    await console.says(toasts(), /chaos tried again/);
    await gateway.driverTurns('chaos', 'Healthy');
    await console.says(console.page.getByRole('main'), /3\s+Healthy/);
  });

  it('sees a killed Host and its Bad values with the reason, and both come back, without loading the page anew', async () => {
    const beside = await console.another();
    await beside.visit('/tags?path=line/press/force');
    const force = beside.page.getByRole('region', { name: 'Tag line/press/force' }).locator('.now');
    await beside.says(force, /81\.5[^]*✓ Good/);
    const loaded = await Promise.all([loadedAt(console), loadedAt(beside)]);
    process.kill((await gateway.driver('press')).pid!, 'SIGKILL');
    await Promise.all([
      beside.says(force, /✕ Bad/),
      console.says(attention('press'), /Next attempt/),
      console.says(attention('press'), /The process was ended by a signal/),
    ]);
    await beside.says(force, /81\.5[^]*✓ Good/);
    await waitFor(async () => (await attention('press').count()) === 0, { what: 'the press to be well' });
    expect(await Promise.all([loadedAt(console), loadedAt(beside)])).toEqual(loaded);
    expect(beside.takeProblems()).toEqual([]);
    await beside.page.close();
  });

  it('sees a silent device off scan, why, and its next probe; its values Bad; and all of it well again', async () => {
    plcs.modbus.unit(2).knobs = { silent: true };
    const silent = attention('packaging / unit-2');
    await console.says(silent, /Off scan/);
    await console.says(silent, /did not answer|no answer|timed out|within/i);
    await console.says(silent, /Next probe/);
    await console.turnTo('Hosts');
    await console.says(row('unit-2'), /off scan/);
    await console.says(row('unit-1'), /connected/);
    await console.turnTo('Tags');
    await console.page.getByRole('searchbox').fill('unit-2 speed');
    const speed = console.page.getByRole('treegrid').getByRole('row').filter({ hasText: 'line/unit-2/speed' });
    await console.says(speed, /✕ BadNoCommunication/);
    plcs.modbus.unit(2).knobs = {};
    await console.says(speed, /3[^]*✓ Good/);
    await console.turnTo('Hosts');
    await console.says(row('unit-2'), /connected/);
  });

  it('moves a driver into a Host after reading what that means, and sees its process', async () => {
    await console.turnTo('Hosts');
    await row('unit-1').getByRole('link', { name: 'packaging' }).click();
    const header = console.page.getByRole('main').getByRole('banner').or(console.page.locator('main header')).first();
    await console.says(header, /in-process/);
    await console.page.getByRole('button', { name: 'Move into a Host' }).click();
    await console.says(dialog(), /gets a process of its own/);
    await dialog().getByRole('button', { name: 'Move into a Host' }).click();
    await console.says(toasts(), /packaging moved into a Host, now Healthy/);
    const { pid } = await gateway.driver('packaging');
    expect(pid).toBeGreaterThan(0);
    await console.says(header, new RegExp(`own Host, pid ${pid}`));
  });

  it('is offered what applies to a driver, and nothing else', async () => {
    const offered = (name: string): Locator =>
      console.page.locator('main header').getByRole('button', { name, exact: true });
    await offered('Move into the gateway').waitFor();
    for (const name of ['Move into a Host', 'Start', 'Try again now']) expect(await offered(name).count()).toBe(0);
    await gateway.operate('packaging', 'stop');
    await offered('Start').waitFor();
    for (const name of ['Stop', 'Restart', 'Recycle', 'Reconnect']) expect(await offered(name).count()).toBe(0);
    await console.page.getByRole('tab', { name: 'Devices' }).click();
    expect(await console.page.getByRole('button', { name: 'Ask every device now' }).isDisabled()).toBe(true);
    await gateway.operate('packaging', 'start');
    await gateway.driverTurns('packaging', 'Healthy');
  });

  it('writes after a second look, and is told what became of it: done, rejected by the device, refused by the limits (§2)', async () => {
    await console.visit('/tags?path=line/unit-1/setpoint');
    expect(await written('50')).toMatch(/Done[^]*confirmed/);
    expect(plcs.modbus.unit(1).memory.holdingRegisters.getValue(10, { scalar: 'float32' })).toBe(50);
    plcs.modbus.unit(1).knobs = { readOnly: true };
    expect(await written('60')).toMatch(/Rejected[^]*did not take the value/);
    plcs.modbus.unit(1).knobs = {};
    expect(await written('500')).toMatch(/120/);
    expect(console.takeProblems().filter((problem) => !problem.includes('422'))).toEqual([]);
    expect(plcs.modbus.unit(1).memory.holdingRegisters.getValue(10, { scalar: 'float32' })).toBe(50);
  });

  it('restarts a driver without a mouse', async () => {
    await console.visit('/');
    const before = (await gateway.driver('press')).pid;
    const { keyboard } = console.page;
    await tabTo(console, 'link', 'Hosts');
    await keyboard.press('Enter');
    await console.page.getByRole('heading', { name: 'Hosts' }).waitFor();
    await tabTo(console, 'button', 'Actions for driver press');
    await keyboard.press('Enter');
    await console.page.getByRole('menuitem').first().waitFor();
    await keyboard.press('Enter');
    await dialog().waitFor();
    expect(await focused(console)).toBe('Cancel');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await console.says(toasts(), /press restarted, now Healthy/);
    expect((await gateway.driver('press')).pid).not.toBe(before);
    await waitFor(async () => (await focused(console)) === 'Actions for driver press', { what: 'the focus to return' });
  });

  async function written(value: string): Promise<string> {
    await console.page.getByLabel('New value').fill(value);
    await console.page.getByRole('button', { name: 'Write …' }).click();
    await dialog().getByRole('button', { name: 'Write', exact: true }).click();
    const outcome = await console.says(dialog().getByRole('alert'), /\w/);
    const all = await dialog().innerText();
    await dialog().getByRole('button', { name: 'Close' }).click();
    return outcome + all;
  }
});

async function loadedAt({ page }: ConsolePage): Promise<number> {
  return await page.evaluate(() => performance.timeOrigin);
}

async function focused({ page }: ConsolePage): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    return element?.getAttribute('aria-label') ?? element?.innerText.trim() ?? '';
  });
}

/** Presses Tab as often as a person would have to. */
async function tabTo(console: ConsolePage, role: string, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused(console)) === name) return;
    await console.page.keyboard.press('Tab');
  }
  throw new Error(`the ${role} ${name} cannot be reached with the Tab key`);
}
