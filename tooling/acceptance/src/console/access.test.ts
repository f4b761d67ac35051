import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TokenCreated } from '@fieldwarden/admin-contract';
import { GatewayProcess } from '../processes/gateway-process.js';
import { seriousFindings } from './accessibility.js';
import { ConsoleBrowser, setUpToken } from './console-browser.js';
import type { ConsolePage } from './console-page.js';

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
    await console.page.getByLabel('Token').waitFor();
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

  it('lets the set-up token in, keeps the session over a reload, and lets nobody in with it once there is an admin', async () => {
    await console.signIn(setUpToken(gateway));
    await console.says(console.page.getByRole('main'), /has nothing to poll yet/);
    await console.page.reload();
    await console.says(console.page.getByRole('main'), /has nothing to poll yet/);
    await console.page.getByRole('button', { name: 'Sign out' }).click();
    await console.page.getByLabel('Token').waitFor();
    await console.page.reload();
    await console.page.getByLabel('Token').waitFor();
    await gateway.cliJson('users', 'add', 'ada', '--role', 'admin', '--password-file', passwordFile());
    await console.signIn(setUpToken(gateway));
    await console.says(refusal(), /used up when the first admin was made/);
    onlyAnswered(401);
  });

  it('lets a token of one’s own in; says on every page what to do while there is nothing yet', async () => {
    const { token } = await gateway.cliJson<TokenCreated>('tokens', 'create', 'operator');
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
    await beside.signIn(setUpToken(other));
    await beside.says(beside.page.getByRole('main'), /has nothing to poll yet/);
    await beside.page.reload();
    const again = await console.another();
    await again.visit('/');
    for (const page of [beside, again]) {
      await page.page.getByRole('button', { name: 'Sign out' }).waitFor();
      await page.says(page.page.getByRole('main'), /has nothing to poll yet/);
      expect(page.takeProblems()).toEqual([]);
      await page.page.close();
    }
  });

  it('says when to try again after too many attempts', async () => {
    await console.page.getByRole('button', { name: 'Sign out' }).click();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await console.page.getByLabel('Token').waitFor();
      await console.signIn(`fw_guess_${attempt}`);
      const said = await console.says(refusal(), /\w/);
      if (said.includes('too often')) break;
    }
    await console.says(refusal(), /tried to sign in too often[^]*Try again in \d+ s/);
    onlyAnswered(401, 429);
  });

  function passwordFile(): string {
    const file = join(gateway.home, 'password');
    writeFileSync(file, 'tall copper kettle\n', { mode: 0o600 });
    return file;
  }

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
