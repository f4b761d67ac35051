import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser } from '../console-browser.js';
import type { ConsolePage } from '../console-page.js';
import { looksRight } from '../looks-right.js';
import { MadeUpGateway } from './made-up-gateway.js';

/** The stand-in's history: a value each second, the seventh minute of every hour Bad, a spike to 999 at every full hour. */
describe('the page Trends (§19.2)', { timeout: 90_000 }, () => {
  const open = new AsyncDisposableStack();
  let gateway: MadeUpGateway;
  let console: ConsolePage;
  let paths: readonly string[];

  beforeAll(async () => {
    gateway = open.use(await MadeUpGateway.start());
    const browser = open.use(await ConsoleBrowser.start());
    console = await browser.windowAt(gateway.origin, { heightPx: 900 });
    await console.visit('/');
    await console.signInAs('anna', 'correct horse battery');
    await console.turnTo('Trends');
    paths = ['boiler/unit01/signal0000', 'boiler/unit02/signal0001'];
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const main = () => console.page.getByRole('main');
  const row = (path: string) => main().getByRole('row').filter({ hasText: path });
  const address = (): URLSearchParams => new URL(console.page.url()).searchParams;
  const curves = () => main().getByRole('region', { name: /^Curves/ });

  it('says what to do first, and takes tags by keys alone', async () => {
    await console.says(main(), /No tag in this trend yet/);
    await looksRight(console, 'trends-empty');
    const field = main().getByRole('combobox', { name: 'Add a tag to the trend' });
    for (const path of paths) {
      await field.fill(path.replaceAll('/', ' ').slice(0, -1));
      await main().getByRole('option').first().waitFor();
      await field.fill(path);
      await console.says(main().getByRole('option').first(), new RegExp(path));
      await field.press('Enter');
      await row(path).waitFor();
    }
    expect(address().getAll('pen')).toEqual(paths);
  });

  it('shows what each read, its figures, and how much of it was Good; a spike is never lost', async () => {
    await main().getByRole('button', { name: 'The last 8 h' }).click();
    await console.says(row(paths[0]), /\b999\b/);
    await console.says(row(paths[0]), /9[89] %/);
    expect(address().get('last')).toBe('8h');
    await looksRight(console, 'trends-two-pens');
  });

  it('moves, scales and goes live by keys, and takes back by a double click', async () => {
    await curves().focus();
    await console.page.keyboard.press('ArrowLeft');
    await console.page.keyboard.press('+');
    await expect.poll(() => address().get('from')).not.toBeNull();
    const lengthMs = Date.parse(address().get('to')!) - Date.parse(address().get('from')!);
    expect(lengthMs).toBe(4 * 3_600_000);
    await main().locator('.u-over').dblclick();
    await expect.poll(() => Date.parse(address().get('to')!) - Date.parse(address().get('from')!)).toBe(8 * 3_600_000);
    await curves().focus();
    await console.page.keyboard.press('Home');
    await expect.poll(() => address().get('last')).toBe('8h');
  });

  it('shows the stretch that is drawn with the mouse, and moves it with shift', async () => {
    const box = (await main().locator('.u-over').boundingBox())!;
    const at = (share: number): [number, number] => [box.x + box.width * share, box.y + box.height / 2];
    await console.page.mouse.move(...at(0.25));
    await console.page.mouse.down();
    await console.page.mouse.move(...at(0.5), { steps: 4 });
    await console.page.mouse.up();
    await expect.poll(() => address().get('from')).not.toBeNull();
    const length = (): number => Date.parse(address().get('to')!) - Date.parse(address().get('from')!);
    const [zoomedMs, fromMs] = [length(), Date.parse(address().get('from')!)];
    expect(zoomedMs / 3_600_000).toBeCloseTo(2, 1);
    await console.page.keyboard.down('Shift');
    await console.page.mouse.move(...at(0.5));
    await console.page.mouse.down();
    await console.page.mouse.move(...at(0.75), { steps: 4 });
    await console.page.mouse.up();
    await console.page.keyboard.up('Shift');
    await expect.poll(() => Date.parse(address().get('from')!)).toBeLessThan(fromMs - zoomedMs / 5);
    expect(length()).toBe(zoomedMs);
  });

  it('hides a pen, gives it another axis and keeps both in the address; the cursor reads all pens', async () => {
    await row(paths[1]).getByRole('checkbox').uncheck();
    await row(paths[0]).getByRole('combobox').selectOption('2');
    expect(address().getAll('pen')).toEqual([`${paths[0]}~2`, `${paths[1]}~hidden`]);
    const box = (await main().locator('.u-over').boundingBox())!;
    await console.page.mouse.move(box.x + box.width / 3, box.y + 40);
    await console.says(main().getByRole('columnheader').nth(2), /^At \d\d:\d\d:\d\d\.\d{3}$/);
    const shown = await console.another();
    await shown.visit(new URL(console.page.url()).pathname + new URL(console.page.url()).search);
    await expect
      .poll(() => shown.page.getByRole('row').filter({ hasText: paths[1] }).getByRole('checkbox').isChecked())
      .toBe(false);
    await shown.page.close();
  });

  it('saves what is shown as CSV and as a picture, and the view under a name', async () => {
    const saved = async (entry: string): Promise<string> => {
      const download = console.page.waitForEvent('download');
      await main().getByRole('button', { name: 'Export the trend' }).click();
      await console.page.getByRole('menuitem', { name: entry }).click();
      return await (await download).path();
    };
    const csv = await readFile(await saved('What is shown, as CSV'), 'utf8');
    expect(csv).toMatch(/^path,at,first,min,max,last,count,status\r\nboiler\/unit01\/signal0000,\d{4}-/);
    const png = await readFile(await saved('The picture, as PNG'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    await main().getByRole('button', { name: 'Saved trends' }).click();
    await console.page.getByRole('menuitem', { name: 'Save this trend' }).click();
    await console.page.getByRole('dialog').getByLabel('Name').fill('Boilers');
    await console.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row(paths[0])
      .getByRole('button', { name: `Remove ${paths[0]}` })
      .click();
    await row(paths[1])
      .getByRole('button', { name: `Remove ${paths[1]}` })
      .click();
    await console.says(main(), /No tag in this trend yet/);
    await main().getByRole('button', { name: 'Saved trends' }).click();
    await console.page.getByRole('menuitem', { name: 'Boilers' }).click();
    await row(paths[1]).waitFor();
    expect(address().getAll('pen')).toEqual([`${paths[0]}~2`, `${paths[1]}~hidden`]);
  });
});
