import { waitFor } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TokenCreated } from '@fieldwarden/admin-contract';
import { GatewayProcess } from '../processes/gateway-process.js';
import { seriousFindings } from './accessibility.js';
import { ConsoleBrowser, setUpToken } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

const password = 'tall copper kettle';

/** SPEC §13: of everything that the first page needs. */
const firstLoadBytes = 300_000;

describe('the way into the console (§13)', () => {
  const open = new AsyncDisposableStack();
  let gateway: GatewayProcess;
  let browser: ConsoleBrowser;
  let console: ConsolePage;

  beforeAll(async () => {
    gateway = open.use(
      await GatewayProcess.start({ version: 1, site: 'empty', opcua: { enabled: false }, drivers: [] }),
    );
    browser = open.use(await ConsoleBrowser.start());
    console = await browser.window(gateway);
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(console.takeProblems()).toEqual([]));

  const refusal = () => console.page.getByRole('alert');

  it('needs at most 300 kB until the first page stands, and comes with a policy that lets nothing foreign in', async () => {
    const sizes: Promise<number>[] = [];
    console.page.on('response', (response) => {
      sizes.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      );
    });
    const answer = await console.page.goto(console.origin, { waitUntil: 'networkidle' });
    await console.askForToken();
    expect(answer!.headers()['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(answer!.headers()['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:/);
    const transferred = (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
    expect(transferred).toBeGreaterThan(20_000);
    expect(transferred).toBeLessThanOrEqual(firstLoadBytes);
  });

  it('refuses a wrong token and says where the right one is', async () => {
    await console.signIn('fw_wrong');
    await console.says(refusal(), /not known to this gateway[^]*fieldwarden tokens create NAME/);
    onlyAnswered(401);
  });

  it('leads from the set-up token to the first admin, who stays signed in over a reload; then the token opens nothing', async () => {
    const main = console.page.getByRole('main');
    // As printed, put into the tab that shows the sign-in page.
    const address = /http:\S+#setup=\S+/.exec(gateway.output)![0];
    await console.page.goto(address.replace(/^http:\/\/[^/]+/, console.origin));
    await console.page.getByRole('button', { name: 'Sign in' }).click();
    await console.says(main, /Make the first account/);
    expect(console.page.url()).not.toContain('setup');
    await console.page.reload();
    await console.says(main, /Make the first account/);
    await console.page.getByLabel('Name').fill('ada');
    for (const label of ['Password', 'Password, again'])
      await console.page.getByLabel(label, { exact: true }).fill(password);
    await console.page.getByRole('button', { name: 'Make the account' }).click();
    await console.says(main, /signed in as ada[^]*plain HTTP[^]*fieldwarden backup/);
    await console.page.getByRole('button', { name: 'To the overview' }).click();
    await console.says(main, /has nothing to poll yet/);
    await console.page.reload();
    await console.says(main, /has nothing to poll yet/);
    await console.turnTo('Users');
    await console.says(main, /ada, you[^]*admin[^]*enabled/);
    await console.turnTo('Certificates');
    await console.says(main, /Nobody was refused[^]*No client is trusted yet/);
    await console.turnTo('Audit');
    await console.says(main, /ada\s+by console[^]*sign-in[^]*done/);
    await console.page.getByRole('button', { name: 'Verify' }).click();
    await console.says(main, /Nobody has changed anything: \d+ rows? verified/);
    await console.turnTo('Overview');
    await console.chooseInAccountMenu('Sign out');
    await console.page.getByLabel('Password', { exact: true }).waitFor();
    await console.page.reload();
    await console.signIn(setUpToken(gateway));
    await console.says(refusal(), /used up when the first admin was made/);
    onlyAnswered(401);
  });

  it('lets a person in by name and password, and by no other', async () => {
    await console.page.getByRole('button', { name: 'Use user and password instead' }).click();
    await console.signInAs('ada', 'tall copper kettles');
    await console.says(refusal(), /\w/);
    await console.page.getByLabel('Password', { exact: true }).fill(password);
    // The gateway wants a pause after a wrong one; the button comes back by itself.
    const account = console.page.getByRole('button', { name: 'Account of ada, admin' });
    const button = console.page.getByRole('button', { name: 'Sign in', exact: true });
    await waitFor(
      async () => {
        if (await button.isVisible()) await button.click();
        return await account.isVisible();
      },
      { what: 'the pause to end', timeoutMs: 30_000, intervalMs: 100 },
    );
    await console.chooseInAccountMenu('Sign out');
    onlyAnswered(401, 429);
  });

  it('lets a token of one’s own in; says on every page what to do while there is nothing yet', async () => {
    const { token } = await gateway.cliJson<TokenCreated>('tokens', 'create', 'operator', '--role', 'admin');
    await console.signIn(token);
    await console.says(console.page.getByRole('main'), /has nothing to poll yet[^]*fieldwarden config publish/);
    await console.turnTo('Hosts');
    await console.says(console.page.getByRole('main'), /No devices yet[^]*Configuration/);
    await console.turnTo('MQTT');
    await console.says(console.page.getByRole('main'), /No broker yet[^]*plant document[^]*mqtt:\s+url: mqtt:\/\//);
    expect([await seriousFindings(console), await console.overflowPx()]).toEqual([[], 0]);
    await console.turnTo('Tags');
    await console.page.getByRole('searchbox').fill('nobody has such a tag');
    await console.says(console.page.getByRole('main'), /No tag matches|No tags yet/);
    await console.turnTo('Events');
    await console.page.getByRole('heading', { name: 'Events' }).waitFor();
  });

  it('stays in at one gateway while somebody signs in at another one on the same host', async () => {
    await using other = await GatewayProcess.start({
      version: 1,
      site: 'empty',
      opcua: { enabled: false },
      drivers: [],
    });
    const beside = await console.another(`http://127.0.0.1:${other.runFile.adminPort}`);
    await beside.visit('/');
    const made = await other.cliJson<TokenCreated>('tokens', 'create', 'beside', '--role', 'admin');
    await beside.signIn(made.token);
    await beside.says(beside.page.getByRole('main'), /has nothing to poll yet/);
    await beside.page.reload();
    const again = await console.another();
    await again.visit('/');
    for (const page of [beside, again]) {
      await page.page.getByRole('button', { name: /^Account of / }).waitFor();
      await page.says(page.page.getByRole('main'), /has nothing to poll yet/);
      expect(page.takeProblems()).toEqual([]);
      await page.page.close();
    }
  });

  it('leads whoever is thrown out to the door, and says there that the session has ended', async () => {
    await console.turnTo('Tags');
    await gateway.cli('tokens', 'revoke', 'operator');
    await console.says(console.page.getByRole('main'), /Your session has ended[^]*an admin ended it/);
    console.takeProblems();
  });

  it('says when to try again after too many attempts', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await console.signIn(`fw_guess_${attempt}`);
      const said = await console.says(refusal(), /\w/);
      if (said.includes('too often')) break;
    }
    await console.says(refusal(), /tried to sign in too often[^]*Try again in \d+ s/);
    onlyAnswered(401, 429);
  });

  /** A refused sign-in is an answer that a browser reports in its own console, too. */
  function onlyAnswered(...statuses: readonly number[]): void {
    const expected = (problem: string): boolean =>
      statuses.some(
        (status) =>
          problem.startsWith(`answer ${status}: ${console.origin}/api/v1/session`) ||
          problem.includes(`status of ${status} `),
      );
    const problems = console.takeProblems();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.filter((problem) => !expected(problem))).toEqual([]);
  }
});
