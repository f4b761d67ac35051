import type { AuditPage, AuditRow, SessionAnswer, TokenCreated } from '@fieldwarden/admin-contract';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleBrowser } from '../console/console-browser.js';
import type { ConsolePage } from '../console/console-page.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli, type CliResult } from '../processes/run-cli.js';
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

  /** What a page that is not ours could send from that browser. */
  async function sentByPage({ page, origin }: ConsolePage, path: string, value: number): Promise<string> {
    return await page.evaluate(
      async (write) => {
        const session = (await (await fetch(`${write.origin}/api/v1/session`)).json()) as SessionAnswer;
        const answer = await fetch(`${write.origin}/api/v1/tags/value`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken! },
          body: JSON.stringify({ path: write.path, value: write.value }),
        });
        const { detail = '' } = (await answer.json()) as { readonly detail?: string };
        return `${answer.status} ${detail}`;
      },
      { origin, path, value },
    );
  }

  async function sentByProgram(bearer: string, path: string, value: number): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${gateway.port('Admin API')}/api/v1/tags/value`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ path, value }),
    });
    const { detail = '' } = (await answer.json()) as { readonly detail?: string };
    return `${answer.status} ${detail}`;
  }

  async function sentByCommand(bearer: string, path: string, value: number): Promise<CliResult> {
    const url = `http://127.0.0.1:${gateway.port('Admin API')}`;
    return await runCli(['tags', 'write', path, String(value), '--url', url], { FIELDWARDEN_TOKEN: bearer });
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

    expect(await sentByProgram(await token('wall', { role: 'viewer' }), mine, 2)).toBe(`403 not for wall: ${refused}`);
    const command = await sentByCommand(await token('shell', { role: 'viewer' }), mine, 3);
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
    expect(await sentByProgram(program, mine, 12)).toMatch(/^200 /);
    await turns(12);
    expect(await sentByProgram(program, others, 12)).toBe(`403 ${nowhere('recipes')}`);
    const shell = await token('night-shift', held);
    expect((await sentByCommand(shell, mine, 13)).code).toBe(0);
    await turns(13);
    const command = await sentByCommand(shell, others, 13);
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
