import type { AlarmJournalPage, TagHistory } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linePlant, LinePlcs } from '../line-plant.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';
import { looksRight } from './looks-right.js';

const speed = 'line/unit-1/speed';

const alarms = [
  {
    id: 'filler-hot',
    path: speed,
    condition: { type: 'limit', high: 80, deadband: 1 },
    priority: 'high',
    message: 'Filler is hot',
    response: 'Check the cooling water',
    class: { ack: 'single', noteRequired: true },
  },
];

/** A filler that becomes hot before an operator, and what is to be seen of it an instant later. */
describe('alarms and trends before an operator (§18, §19.2)', { timeout: 90_000 }, () => {
  const open = new AsyncDisposableStack();
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let console: ConsolePage;

  beforeAll(async () => {
    plcs = open.use(await LinePlcs.start());
    gateway = open.use(await GatewayProcess.start(linePlant(plcs, { alarms, history: {} })));
    await gateway.tagTurns(speed, 'Good');
    const browser = open.use(await ConsoleBrowser.start());
    console = await browser.signedIn(gateway);
    await console.turnTo('Alarms');
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const heat = (value: number): void =>
    plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
  const main = (): Locator => console.page.getByRole('main');
  const header = (): Locator => console.page.getByRole('banner');
  const dialog = (): Locator => console.page.getByRole('dialog');
  const row = (): Locator => main().getByRole('row').filter({ hasText: 'Filler is hot' });
  const tab = (name: RegExp): Locator => main().getByRole('tab', { name });

  it('says that nothing needs anybody, then what does, with value and what to do, and counts it in the header', async () => {
    await console.says(main(), /Nothing needs you now/);
    heat(85);
    await console.says(row(), /active, not seen[^]*high[^]*What to do: Check the cooling water/);
    await console.says(row(), /85/);
    await console.says(header(), /1 alarm/);
    await looksRight(console, 'alarms-open');
  });

  it('takes an acknowledgement with a name and a note, as its class wants', async () => {
    await row().getByRole('button', { name: 'Acknowledge' }).click();
    const acknowledge = dialog().getByRole('button', { name: 'Acknowledge' });
    expect(await acknowledge.isDisabled()).toBe(true);
    await dialog().getByLabel('Note').fill('valve opened');
    await acknowledge.click();
    await console.says(row(), /active, seen[^]*valve opened/);
    const { rows } = await gateway.get<AlarmJournalPage>('/alarms/journal');
    expect(rows[0]).toMatchObject({ id: 'filler-hot', transition: 'acknowledged', note: 'valve opened' });
  });

  it('shelves it for a while, apart from what is open, and takes it back', async () => {
    await row().getByRole('button', { name: 'Shelve' }).click();
    await dialog().getByLabel('For').selectOption('2 hours');
    await dialog().getByLabel('Note').fill('sensor is changed');
    await dialog().getByRole('button', { name: 'Shelve' }).click();
    await console.says(tab(/Open/), /Open \(0\)/);
    await tab(/Set aside/).click();
    await console.says(row(), /shelved[^]*back in 1 h 59 min/);
    await row().getByRole('button', { name: 'Unshelve' }).click();
    await dialog().getByRole('button', { name: 'Unshelve' }).click();
    await console.says(tab(/Open/), /Open \(1\)/);
  });

  it('shows what happened in the journal, and the figures', async () => {
    heat(20);
    await console.says(tab(/Open/), /Open \(0\)/);
    await tab(/Journal/).click();
    await console.says(main(), /cleared[^]*unshelved[^]*shelved[^]*acknowledged[^]*active/);
    await tab(/Figures/).click();
    await console.says(main(), /Top ten[^]*filler-hot[^]*1 activation/);
    await looksRight(console, 'alarms-figures');
  });

  it('draws what was kept of the tag, with the same values as the store', async () => {
    await waitFor(
      async () => {
        const { source, points } = await gateway.get<TagHistory>(`/tags/history?path=${speed}`);
        return source === 'store' && [85, 20].every((wanted) => points.some(({ value }) => value === wanted));
      },
      { what: 'the values in the store', timeoutMs: 15_000 },
    );
    await console.visit(`/trends?pen=${speed}&last=15m`);
    const pen = main().getByRole('row').filter({ hasText: speed });
    await console.says(pen, /\b20\s+1\.5\s+85\b/);
    await console.says(pen, /\d %/);
    await looksRight(console, 'trends-of-a-plant');
  });
});
