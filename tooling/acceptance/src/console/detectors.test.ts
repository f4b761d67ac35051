import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { seriousFindings } from './accessibility.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

describe('what watches the console finds what it is there for', () => {
  const open = new AsyncDisposableStack();
  let door: ConsolePage;

  beforeAll(async () => {
    const plant = { version: 1, site: 'empty', opcua: { enabled: false }, drivers: [] };
    const gateway = open.use(await GatewayProcess.start(plant));
    door = await open.use(await ConsoleBrowser.start()).window(gateway);
    await door.visit('/');
    await door.askForToken();
  });

  afterAll(async () => await open.disposeAsync());

  async function reported(problem: RegExp): Promise<void> {
    await waitFor(() => door.takeProblems().some((each) => problem.test(each)), { what: String(problem) });
  }

  it('an image that nobody can read out, and a page that is too wide', async () => {
    expect(await seriousFindings(door)).toEqual([]);
    expect(await door.overflowPx()).toBe(0);
    await door.page.evaluate(() => {
      const image = document.body.appendChild(document.createElement('img'));
      image.src = '/favicon.svg';
      image.width = 3_000;
    });
    expect(await seriousFindings(door)).toEqual([expect.stringMatching(/^image-alt:/)]);
    expect(await door.overflowPx()).toBeGreaterThan(1_000);
    expect(door.takeProblems()).toEqual([]);
  });

  it('messages, exceptions, inline styles, requests that fail or go elsewhere', async () => {
    await door.page.evaluate(() => globalThis.console.warn('beware'));
    await reported(/^console warning: beware/);
    await door.page.evaluate(
      () =>
        void globalThis.setTimeout(() => {
          throw new Error('thrown');
        }),
    );
    await reported(/^exception: thrown/);
    await door.page.evaluate(() => document.body.setAttribute('style', 'color: red'));
    await reported(/Content Security Policy/);
    await door.page.evaluate(async () => await fetch('/api/v1/nothing').then(({ status }) => status));
    await reported(/^answer 40\d: .*nothing/);
    await door.page.evaluate(
      async () =>
        await fetch('http://127.0.0.1:9/').then(
          ({ status }) => status,
          () => 0,
        ),
    );
    await reported(/Content Security Policy|^foreign request: http:\/\/127\.0\.0\.1:9/);
  });
});
