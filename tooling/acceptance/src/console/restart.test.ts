import { waitFor } from '@fieldwarden/testkit';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { LinePlcs, linePlant } from '../line-plant.js';
import { ConsoleBrowser } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

/** What a browser says itself of a server that is not there. */
const connectionLost = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

describe('the gateway killed and started again before an open console (§13)', () => {
  it('is said at once, greys what is old with its age, and is well again by itself, signed in as before', async () => {
    await using plcs = await LinePlcs.start();
    await using browser = await ConsoleBrowser.start();
    const first = await GatewayProcess.start(linePlant(plcs));
    const { home } = first;
    const port = first.runFile.adminPort;
    const console = await browser.signedIn(first);
    await console.page.getByRole('region', { name: 'Verdict' }).waitFor();
    await console.visit('/tags?path=line/press/force');
    const now = console.page.getByRole('region', { name: 'Tag line/press/force' }).locator('.now');
    await console.says(now, /81\.5[^]*✓ Good/);
    expect(console.takeProblems()).toEqual([]);
    const loaded = await loadedAt(console);

    await first.kill();
    await console.says(banner(console), /No connection to the gateway for \d/, 2_000);
    await console.says(banner(console), /may be wrong now[^]*(Next attempt in|Trying now)/);
    await console.says(now, /81\.5[^]*not current, \d+ s old/);
    expect(await console.page.locator('.shell.is-stale').count()).toBe(1);

    await using second = await GatewayProcess.launch({ home, args: ['--admin-port', String(port)] });
    await waitFor(async () => (await banner(console).count()) === 0, { what: 'the connection', timeoutMs: 20_000 });
    await console.says(now, /81\.5[^]*✓ Good/);
    expect(second.output).not.toContain('Set-up token');
    expect(await loadedAt(console)).toBe(loaded);
    expect(console.takeProblems().filter((problem) => !connectionLost.test(problem))).toEqual([]);
    await console.page.reload();
    await console.says(now, /81\.5[^]*✓ Good/);
    expect(console.takeProblems()).toEqual([]);
  }, 90_000);
});

function banner({ page }: ConsolePage): Locator {
  return page.locator('.banner');
}

async function loadedAt({ page }: ConsolePage): Promise<number> {
  return await page.evaluate(() => performance.timeOrigin);
}
