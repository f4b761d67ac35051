import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { ConsolePage } from './console-page.js';

type WithAxe = typeof globalThis & { readonly axe?: { run(): Promise<AxeResults> } };

/** Serious and critical findings of axe-core, each with the elements that it means. */
export async function seriousFindings({ page }: ConsolePage): Promise<readonly string[]> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not bind.
  if (!(await page.evaluate(() => (globalThis as WithAxe).axe !== undefined))) await page.evaluate(axe.source);
  await using _ = await withoutManyAlike(page);
  const { violations } = await page.evaluate(async () => await (globalThis as WithAxe).axe!.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Rows of long tables that have nothing that those above them have not: each costs tens of milliseconds. */
async function withoutManyAlike(page: Page): Promise<AsyncDisposable> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('tbody > tr:nth-child(n + 20) { display: none }');
    document.adoptedStyleSheets = [sheet];
  });
  return {
    [Symbol.asyncDispose]: async () =>
      await page.evaluate(() => {
        document.adoptedStyleSheets = [];
      }),
  };
}
