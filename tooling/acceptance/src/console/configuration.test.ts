import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { LinePlcs } from '../line-plant.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

describe('a configuration published in the console (§7.1, §7.4, §13)', () => {
  const open = new AsyncDisposableStack();
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let console: ConsolePage;

  beforeAll(async () => {
    plcs = open.use(await LinePlcs.start());
    gateway = open.use(await GatewayProcess.start(JSON.parse(documentOf('HR0', 'float32')) as object));
    const browser = open.use(await ConsoleBrowser.start());
    console = await browser.signedIn(gateway);
    await console.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await console.turnTo('Configuration');
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const region = (name: string): Locator => console.page.getByRole('region', { name, exact: true });
  const dialog = (): Locator => console.page.getByRole('dialog');
  const editor = (): Locator => console.page.getByRole('textbox', { name: 'Plant document, draft' });
  const publish = (): Locator => console.page.getByRole('button', { name: 'Publish …' });

  function documentOf(address: string, dataType: string, extra: object = {}): string {
    const tag = { path: 'line/speed', address, dataType, scanMs: 200, ...extra };
    const driver = {
      id: 'packaging',
      type: 'modbus',
      options: { host: '127.0.0.1', port: plcs.modbus.port },
      devices: [{ id: 'unit-1', options: { unitId: 1 }, tags: [tag] }],
    };
    return JSON.stringify({ version: 1, site: 'line', opcua: { enabled: false }, drivers: [driver] }, null, 2);
  }

  async function paste(text: string): Promise<void> {
    await console.page.evaluate(async (copied) => await navigator.clipboard.writeText(copied), text);
    await editor().click();
    await console.page.keyboard.press('Control+A');
    await console.page.keyboard.press('Control+V');
  }

  it('shows every mistake while it is typed, leads to its place, and lets nobody publish it', async () => {
    const findings = region('Findings');
    await paste(documentOf('XX0', 'float32'));
    await console.says(findings, /1 error[^]*XX0/);
    await paste(documentOf('HR0', 'float99', { scanMs: -5, colour: 'red' }));
    await console.says(findings, /3 errors/);
    for (const word of [/dataType/, /scanMs/, /colour/]) await console.says(findings, word);
    expect(await publish().isDisabled()).toBe(true);
    await findings.getByRole('button').filter({ hasText: 'dataType' }).first().click();
    expect(await console.page.evaluate(selectedInEditor)).toBe('"dataType"');
    await console.page.keyboard.press('End');
    await console.page.keyboard.press('Shift+Home');
    await console.page.keyboard.type('"dataType": "float32",');
    await console.says(findings, /2 errors/);
  });

  it('says before publishing what will happen, and afterwards that it did', async () => {
    await paste(documentOf('HR2', 'float32'));
    await console.says(region('Findings'), /No findings/);
    await publish().click();
    await console.says(dialog(), /What will happen[^]*packaging/);
    await console.says(dialog(), /Every other driver keeps its process/);
    await dialog().getByLabel('Message').fill('Speed moved to HR2');
    await dialog().getByRole('button', { name: 'Publish', exact: true }).click();
    await console.says(console.page.locator('.toasts'), /Generation 2 is published/);
    expect((await gateway.status()).generation).toBe(2);
    await console.says(console.page.locator('header.top'), /generation 2/);
  });

  it('goes back to an older generation after showing what that means', async () => {
    await console.page.getByRole('tab', { name: 'Generations' }).click();
    await console.says(console.page.getByRole('tabpanel'), /running\s+Speed moved to HR2/);
    await console.page.getByRole('button', { name: 'Actions for generation 1' }).click();
    await console.page.getByRole('menuitem', { name: 'Roll back to it …' }).click();
    await console.says(dialog(), /What will happen[^]*packaging/);
    await dialog().getByRole('button', { name: 'Roll back' }).click();
    await console.says(console.page.getByRole('tabpanel'), /brings back 1/);
    expect((await gateway.status()).generation).toBe(3);
    await gateway.tagTurns('line/speed', 'Good');
  });
});

function selectedInEditor(): string {
  const holder = [...document.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot?.querySelector('.cm-editor'));
  const root = holder?.shadowRoot as (ShadowRoot & { getSelection?(): Selection | null }) | undefined;
  return root?.getSelection?.()?.toString() ?? '';
}
