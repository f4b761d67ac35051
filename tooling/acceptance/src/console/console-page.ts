import { waitFor } from '@fieldwarden/testkit';
import { takePicture } from './screenshots.js';
import type { BrowserContext, Locator, Page } from 'playwright-core';

/** A navigation ends what was under way: nobody waits for it any more. */
const abandoned = 'net::ERR_ABORTED';

/** What an operator has before them, and everything that a page should never do. */
export class ConsolePage {
  readonly page: Page;
  readonly origin: string;
  readonly #problems: string[] = [];

  private constructor(page: Page, origin: string) {
    this.page = page;
    this.origin = origin;
    page.setDefaultTimeout(15_000);
    this.#watch();
  }

  static async open(context: BrowserContext, origin: string): Promise<ConsolePage> {
    return new ConsolePage(await context.newPage(), origin);
  }

  /** Another page of the same person, by default of the same gateway. */
  async another(origin: string = this.origin): Promise<ConsolePage> {
    return await ConsolePage.open(this.page.context(), origin);
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(this.origin + path, { waitUntil: 'load' });
  }

  /** By the navigation, as people do: the page is not loaded anew. */
  async turnTo(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  }

  async signIn(token: string): Promise<void> {
    const field = await this.askForToken();
    await field.fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** The sign-in page with its field for a token, which is not always what it shows first. */
  async askForToken(): Promise<Locator> {
    const field = this.page.getByLabel('Token', { exact: true });
    await field.or(this.page.getByLabel('User', { exact: true })).waitFor();
    if (!(await field.isVisible())) await this.page.getByRole('button', { name: 'Use a token instead' }).click();
    return field;
  }

  async signInAs(user: string, password: string): Promise<void> {
    await this.page.getByLabel('User', { exact: true }).fill(user);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** An entry of the menu with one's name. */
  async chooseInAccountMenu(entry: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Account of / }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Waits until the element says so. */
  async says(element: Locator, text: RegExp, timeoutMs = 15_000): Promise<string> {
    let last = '';
    try {
      await waitFor(async () => text.test((last = await textOf(element))), {
        what: String(text),
        timeoutMs,
        intervalMs: 20,
      });
    } catch {
      const picture = await takePicture(this.page, `failed-${Date.now()}`);
      throw new Error(`waited ${timeoutMs} ms for ${text}, it says: ${last}\nThe page: ${picture}`);
    }
    return last;
  }

  /** Console errors and warnings, exceptions, requests that failed or left the gateway. Forgets them. */
  takeProblems(): readonly string[] {
    return this.#problems.splice(0);
  }

  /** Pixels by which the page is wider than its window, or an open dialog than itself. */
  async overflowPx(): Promise<number> {
    return await this.page.evaluate(() =>
      Math.max(
        ...[document.documentElement, ...document.querySelectorAll('dialog[open]')].map(
          ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
        ),
      ),
    );
  }

  #watch(): void {
    const tell = (problem: string): void => void this.#problems.push(problem);
    this.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) tell(`console ${message.type()}: ${message.text()}`);
    });
    this.page.on('pageerror', (error) => tell(`exception: ${error.message}`));
    this.page.on('request', (request) => {
      if (new URL(request.url()).origin !== this.origin) tell(`foreign request: ${request.url()}`);
    });
    this.page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (why !== abandoned) tell(`request failed: ${request.method()} ${request.url()}: ${why}`);
    });
    this.page.on('response', (response) => {
      if (response.status() >= 400) tell(`answer ${response.status()}: ${response.url()}`);
    });
  }
}

async function textOf(element: Locator): Promise<string> {
  const texts = await element.allInnerTexts();
  return texts.join('\n');
}
