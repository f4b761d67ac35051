import { randomUUID } from 'node:crypto';
import type { TokenCreated } from '@fieldwarden/admin-contract';
import { chromium, type Browser } from 'playwright-core';
import { ConsolePage } from './console-page.js';
import { findChromium } from './find-chromium.js';
import type { GatewayProcess } from '../processes/gateway-process.js';

const flags = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);

export interface WindowOptions {
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** A real browser without a screen and without a past. */
export class ConsoleBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<ConsoleBrowser> {
    const args = ['--no-sandbox', '--no-first-run', ...flags];
    return new ConsoleBrowser(await chromium.launch({ executablePath: findChromium(), headless: true, args }));
  }

  /** A window without cookies, before the sign-in of the gateway's console. */
  async window(gateway: GatewayProcess, options: WindowOptions = {}): Promise<ConsolePage> {
    return await this.windowAt(`http://127.0.0.1:${gateway.runFile.adminPort}`, options);
  }

  /** The same before whatever serves a console there. */
  async windowAt(origin: string, { widthPx = 1_280, heightPx = 800 }: WindowOptions = {}): Promise<ConsolePage> {
    const viewport = { width: widthPx, height: heightPx };
    const context = await this.#browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'UTC' });
    return await ConsolePage.open(context, origin);
  }

  /** A window of somebody who may do everything: signed in with a token made for it. */
  async signedIn(gateway: GatewayProcess, options: WindowOptions = {}): Promise<ConsolePage> {
    const page = await this.window(gateway, options);
    await page.visit('/');
    await page.signIn(await newToken(gateway));
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

async function newToken(gateway: GatewayProcess): Promise<string> {
  const { token } = await gateway.cliJson<TokenCreated>(
    'tokens',
    'create',
    `window-${randomUUID()}`,
    '--role',
    'admin',
  );
  return token;
}

/** As printed at the very first start. Until the first admin is made it opens sessions that look, and make that one. */
export function setUpToken({ output }: GatewayProcess): string {
  const token = /Set-up token, shown only this once: (\S+)/.exec(output)?.[1];
  if (token === undefined) throw new Error(`no set-up token was printed:\n${output}`);
  return token;
}
