import type { AuditPage, AuditRow, TokenCreated } from '@fieldwarden/admin-contract';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { fromBase32, totpCode, totpStep } from '@fieldwarden/accounts';
import { TestProvider } from '@fieldwarden/directory/testing';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { UserTokenType } from 'node-opcua';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertifiedClient } from '../certificates/opcua-client.js';
import { ConsoleBrowser } from '../console/console-browser.js';
import type { ConsolePage } from '../console/console-page.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { listeningSockets } from './listening-sockets.js';
import { sentByCommand, sentByPage, sentByProgram } from './senders.js';
import { OpcuaPeople, writeFloat } from './opcua-people.js';

const password = 'tall copper kettle';
const mine = 'packaging/setpoint';
const others = 'mixing/setpoint';
const areas = ['packaging/**'];

const tag = (path: string) => ({
  path,
  address: 'memory?initial=60',
  dataType: 'float32',
  access: 'read-write',
  scanMs: 100,
});

/** MQTT has no names: what commands may do is said of the outlet that takes them. */
const outlet = (id: string, url: string, commands: object) => ({
  id,
  url,
  root: id,
  clientId: id,
  username: id,
  commands,
});

describe('who may do what, on every road (§13.1, §13.2, §13.4)', { timeout: 60_000 }, () => {
  const open = new AsyncDisposableStack();
  let broker: TestBroker;
  let browser: ConsoleBrowser;
  let people: OpcuaPeople;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    broker = open.use(await TestBroker.start());
    const home = await mkdtemp(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rm(home, { recursive: true, force: true }));
    people = open.use(await OpcuaPeople.trustedIn(home));
    const plant = {
      version: 1,
      site: 'lab',
      mqtt: [
        outlet('viewers', broker.url, { role: 'viewer' }),
        outlet('operators', broker.url, { role: 'operator', areas }),
      ],
      drivers: [{ id: 'sim', type: 'simulator', devices: [{ id: 'plc', tags: [tag(mine), tag(others)] }] }],
    };
    gateway = open.use(await GatewayProcess.launch({ plant, home }));
    browser = open.use(await ConsoleBrowser.start());
    for (const path of [mine, others]) await gateway.tagTurns(path, 'Good');
    await account('ada', { role: 'admin' });
    await account('vic', { role: 'viewer' });
    await account('oli', { role: 'operator', areas });
    await waitFor(() => broker.connectedClients === 2, { what: 'both outlets at the broker' });
  }, 120_000);

  afterAll(async () => await open.disposeAsync());

  async function account(name: string, held: object): Promise<void> {
    const { status, body } = await gateway.ask('POST', '/users', { name, password, ...held });
    expect(status, JSON.stringify(body)).toBe(200);
  }

  async function token(name: string, held: object): Promise<string> {
    return (await gateway.ask<TokenCreated>('POST', '/tokens', { name, ...held })).body.token;
  }

  /** The page of a tag, before somebody who signed in by name. */
  async function consoleOf(user: string, path: string): Promise<ConsolePage> {
    const console = await browser.window(gateway);
    await console.visit('/');
    await console.signInAs(user, password);
    await console.page.getByRole('button', { name: `Account of ${user}` }).waitFor();
    await console.visit(`/tags?path=${path}`);
    return console;
  }

  async function sentByMqtt(root: string, path: string, value: number): Promise<Record<string, unknown>> {
    const id = `${root}-${path}-${value}`;
    await broker.publish(`${root}/lab/set/${path}`, JSON.stringify({ v: value, id }));
    const results = () => broker.json(`${root}/lab/set-result/${path}`);
    return await waitFor(() => results().find((result) => result.id === id), { what: 'the answer to the command' });
  }

  /** What was written is the value before of the next write once it was read back. */
  async function turns(value: number): Promise<void> {
    await waitFor(async () => (await gateway.tag(mine)).value === value, { what: `${value} to be read back` });
  }

  async function writes(...args: string[]): Promise<readonly AuditRow[]> {
    return (await gateway.cliJson<AuditPage>('audit', '--action', 'write', ...args)).rows;
  }

  it('refuses a viewer in console, REST, command line, OPC UA and MQTT, with the permission, and has five rows', async () => {
    const console = await consoleOf('vic', mine);
    await console.says(console.page.getByRole('main'), /60[^]*it takes the permission write/);
    expect(await console.page.getByRole('button', { name: 'Write …' }).getAttribute('aria-disabled')).toBe('true');
    expect(console.takeProblems()).toEqual([]);
    const refused = 'it takes the permission write';
    expect(await sentByPage(console, mine, 1)).toBe(`403 not for vic: ${refused}`);
    await console.page.close();

    expect(await sentByProgram(gateway, await token('wall', { role: 'viewer' }), mine, 2)).toBe(
      `403 not for wall: ${refused}`,
    );
    const command = await sentByCommand(gateway, await token('shell', { role: 'viewer' }), mine, 3);
    expect([command.code, command.stderr]).toEqual([4, expect.stringContaining(`Not for shell: ${refused}`)]);
    await people.as(gateway, { user: 'vic', password }, async (session) => {
      expect(await writeFloat(session, mine, 4)).toBe('BadUserAccessDenied');
    });
    expect(await sentByMqtt('viewers', mine, 5)).toMatchObject({
      outcome: 'not-sent',
      status: 'BadUserAccessDenied',
      message: expect.stringContaining(refused) as string,
    });

    expect((await gateway.tag(mine)).value).toBe(60);
    const rows = (await writes('--outcome', 'refused')).toReversed();
    expect(rows.map(({ user, via, subject, before, after }) => [user, via, subject, before, after])).toEqual([
      ['vic', 'console', mine, 60, 1],
      ['wall', 'rest', mine, 60, 2],
      ['shell', 'rest', mine, 60, '3'],
      ['vic', 'opcua', mine, 60, 4],
      ['viewers', 'mqtt', mine, 60, 5],
    ]);
    for (const { reason } of rows) expect(reason).toContain(refused);
  });

  it('lets an operator write in the own area on each of these roads, and nowhere else', async () => {
    const held = { role: 'operator', areas };
    const nowhere = (name: string): string =>
      `not for ${name}: it takes the permission write for ${others}; ${name} holds it for packaging/**`;

    const console = await consoleOf('oli', mine);
    const write = console.page.getByRole('button', { name: 'Write …' });
    await write.waitFor();
    expect(await write.getAttribute('aria-disabled')).toBeNull();
    expect(await sentByPage(console, mine, 11)).toMatch(/^200 /);
    await turns(11);
    expect(await sentByPage(console, others, 11)).toBe(`403 ${nowhere('oli')}`);
    await console.visit(`/tags?path=${others}`);
    await console.says(console.page.getByRole('main'), /permission write for mixing\/setpoint; yours is for packaging/);
    await console.page.close();

    const program = await token('recipes', held);
    expect(await sentByProgram(gateway, program, mine, 12)).toMatch(/^200 /);
    await turns(12);
    expect(await sentByProgram(gateway, program, others, 12)).toBe(`403 ${nowhere('recipes')}`);
    const shell = await token('night-shift', held);
    expect((await sentByCommand(gateway, shell, mine, 13)).code).toBe(0);
    await turns(13);
    const command = await sentByCommand(gateway, shell, others, 13);
    expect([command.code, command.stderr.toLowerCase()]).toEqual([4, expect.stringContaining(nowhere('night-shift'))]);
    await people.as(gateway, { user: 'oli', password }, async (session) => {
      expect(await writeFloat(session, mine, 14)).toBe('Good');
      await turns(14);
      expect(await writeFloat(session, others, 14)).toBe('BadUserAccessDenied');
    });
    expect(await sentByMqtt('operators', mine, 15)).toMatchObject({ outcome: 'done', status: 'Good' });
    await turns(15);
    expect(await sentByMqtt('operators', others, 15)).toMatchObject({ message: nowhere('operators') });

    expect([(await gateway.tag(mine)).value, (await gateway.tag(others)).value]).toEqual([15, 60]);
    const done = (await writes('--outcome', 'done')).toReversed();
    expect(done.map(({ user, via, before, after }) => [user, via, before, after])).toEqual([
      ['oli', 'console', 60, 11],
      ['recipes', 'rest', 11, 12],
      ['night-shift', 'rest', 12, 13],
      ['oli', 'opcua', 13, 14],
      ['operators', 'mqtt', 14, 15],
    ]);
    const refused = await writes('--outcome', 'refused', '--path', others);
    expect(refused.map(({ via }) => via).toReversed()).toEqual(['console', 'rest', 'rest', 'opcua', 'mqtt']);
  });

  it('lets an OPC UA client that was refused in with two clicks on the overview, at its next attempt, and out again', async () => {
    await using folder = await temporaryDirectory('fieldwarden-scada-');
    await using scada = await CertifiedClient.of(folder.path);
    const vic = { type: UserTokenType.UserName, userName: 'vic', password } as const;
    await expect(scada.connect(gateway, vic)).rejects.toThrow();
    const console = await consoleOf('ada', mine);
    await console.turnTo('Overview');
    await console.page.getByRole('button', { name: 'Trust it …' }).click();
    const dialog = console.page.getByRole('dialog');
    await console.says(dialog, /press-scada/);
    await dialog.getByRole('button', { name: 'Trust', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const { client } = await scada.connect(gateway, vic); // the very next attempt, made once
    const lost = once(client, 'connection_lost');
    await console.turnTo('Certificates');
    await console.page.getByRole('button', { name: /^Reject … .*press-scada/ }).click();
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await lost;
    await expect(scada.connect(gateway, vic)).rejects.toThrow();
    await client.disconnect();
    expect(console.takeProblems()).toEqual([]);
    await console.page.close();
  });

  it('takes a second factor from its QR code on, and does not let that account in by its password alone at OPC UA', async () => {
    await account('tia', { role: 'viewer' });
    const console = await consoleOf('tia', mine);
    const dialog = console.page.getByRole('dialog');
    await console.chooseInAccountMenu('Second factor …');
    await dialog.getByRole('button', { name: 'Set one up …' }).click();
    await dialog.getByText('No camera?').click();
    const secret = (await dialog.locator('code.command').innerText()).replaceAll(' ', '');
    /** Of a step that was not used yet. */
    const code = (offset = 0): string => totpCode(fromBase32(secret), totpStep(Date.now()) + offset);
    await dialog.getByRole('textbox', { name: 'Code' }).fill(code());
    await dialog.getByRole('button', { name: 'Use it from now on' }).click();
    await dialog.waitFor({ state: 'detached' });
    await console.chooseInAccountMenu('Sign out');
    await console.signInAs('tia', password);
    await console.page.getByLabel('Code of your second factor').fill(code(1));
    await console.page.getByRole('button', { name: 'Sign in' }).click();
    await console.page.getByRole('button', { name: 'Account of tia, viewer' }).waitFor();
    expect(console.takeProblems().filter((problem) => !problem.includes('401'))).toEqual([]);
    await console.page.close();
    const none = people.as(gateway, { user: 'tia', password }, () => Promise.resolve());
    await expect(none).rejects.toThrow(/BadUserAccessDenied/);
    const log = async () => (await gateway.cli('logs', '-n', '100')).stdout;
    await waitFor(async () => /tia at \S+ was not let in: this account has a second factor/.test(await log()), {
      what: 'the reason in the log',
    });
    const { rows } = await gateway.cliJson<AuditPage>('audit', '--user', 'tia', '--outcome', 'refused');
    expect(rows).toMatchObject([{ via: 'opcua', action: 'sign-in', reason: expect.stringContaining('certificate') as string }]); // prettier-ignore
  });

  it('listens on what the README says, for this machine alone, and on nothing else', async () => {
    const { opcuaPort, healthPort, adminPort } = gateway.runFile;
    const expected = [opcuaPort, healthPort, adminPort].map((port) => `127.0.0.1:${port}`).sort();
    await waitFor(() => expect(listeningSockets(gateway.pid)).toEqual(expected), { what: 'the sockets to be read' });
  });

  it('keeps in its home directory what the documentation lists, for its owner alone', () => {
    const text = readFileSync(new URL('../../../../apps/docs/home-directory.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`([^`/]+)[^`]*`/g)].map(([, name]) => name));
    expect(listed.length).toBeGreaterThan(30);
    const patterns = listed.map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll(/<\w+>|\*/g, '.+')}$`));
    const isListed = (name: string): boolean => patterns.some((pattern) => pattern.test(name));
    const passing = /-lock$|^\.|\.new$/;
    const unlisted = readdirSync(gateway.home).filter((name) => !isListed(name) && !passing.test(name));
    expect(unlisted).toEqual([]);
    const open = readdirSync(gateway.home, { recursive: true, withFileTypes: true })
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
    expect(open).toEqual([]);
  });

  it('offers the sign-in of a provider, says why it did not lead in, and where everybody may look, still signs people in', async () => {
    const origin = `http://127.0.0.1:${gateway.port('Admin API')}`;
    const redirectUris = [`${origin}/api/v1/session/oidc/callback`];
    await using provider = await TestProvider.start({ people: { olga: ['unit-1'], boss: [] }, redirectUris });
    const { issuer, clientId } = provider;
    const running = await gateway.get<object>('/config/export?format=json');
    const access = {
      anonymousConsole: true,
      roles: [{ role: 'operator', groups: ['unit-1'], areas }],
      oidc: { issuer, clientId, title: 'Plant account' },
    };
    const published = await gateway.ask('POST', '/config/publish', {
      message: 'for all',
      document: { ...running, access },
    });
    expect(published.status, JSON.stringify(published.body)).toBe(200);
    const { page } = await browser.window(gateway);
    const asked = async (name: string): Promise<void> => {
      await page.getByRole('link', { name: 'Sign in with Plant account' }).click();
      await page.locator('input[name=login]').fill(name);
      await page.locator('input[name=password]').fill('any');
      await page.locator('button[type=submit]').click();
      await page.locator('button[type=submit]').click(); // that the gateway may know the name
    };
    await page.goto(origin);
    await page.getByRole('button', { name: 'Account of anonymous, viewer' }).click();
    await page.getByRole('menuitem', { name: 'Sign in …' }).click();
    await asked('boss');
    await page.getByRole('alert').getByText('none of your groups has a role at this gateway').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('button', { name: 'Look without signing in' }).click();
    await page.getByRole('button', { name: 'Account of anonymous, viewer' }).click();
    await page.getByRole('menuitem', { name: 'Sign in …' }).click();
    await page.context().clearCookies({ domain: '127.0.0.1' }); // the provider would remember who that was
    await asked('olga');
    await page.getByRole('button', { name: 'Account of olga, operator' }).waitFor();
    await page.close();
  });

  it('has the hash of the last row of the audit at the brokers, kept for who comes later', async () => {
    const head = await waitFor(() => broker.seen.find(({ topic }) => topic === 'operators/lab/audit'), {
      what: 'the head of the audit',
      timeoutMs: 30_000,
    });
    expect(head).toMatchObject({ retain: true, qos: 1 });
    const { row, hash } = JSON.parse(head.text) as { readonly row: number; readonly hash: string };
    const line = readFileSync(join(gateway.home, 'audit.log'), 'utf8').split('\n')[row - 1];
    expect(JSON.parse(line)).toMatchObject({ seq: row, hash });
    expect((await gateway.tag('_system/auditHead')).value).toBe(`${row} ${hash}`);
  });
});
