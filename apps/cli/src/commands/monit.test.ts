import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { driverDetail, TestServer } from '@fieldwarden/admin-api/testing';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { runMain } from '../testing/run-main.js';
import type { TerminalSize } from '../testing/terminal-backend.js';
import { TestTerminal, type TerminalKind } from '../testing/test-terminal.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A gateway with two drivers: `packaging` in the gateway, `press` in a Host. */
async function startGateway(): Promise<TestServer> {
  const server = await TestServer.start();
  const press = driverDetail({ id: 'press', type: 's7', tier: 'C', isolation: 'host', pid: 4_711, spawn: 1 });
  server.control.driversById.set('press', press);
  server.control.log({ driverId: 'packaging', message: 'said before' });
  server.control.log({ driverId: 'press', message: 'press said' });
  return server;
}

/** monit in a shell, which tells of its end and how the terminal is then. */
async function startMonit({ home }: TestServer, size?: TerminalSize, kind?: TerminalKind): Promise<TestTerminal> {
  const monit = `${process.execPath} ${main} monit --home ${home}`;
  const pid = `${home}/monit.pid`;
  return await TestTerminal.start(
    `echo in front; sh -c 'echo $$ > ${pid}; exec ${monit}'; echo "ended with $?"; stty -a | grep -o '.icanon\\|.echo ' ; read line; echo "read $line"; cat`,
    size,
    kind,
  );
}

async function pidOf({ home }: TestServer): Promise<number> {
  return Number(await readFile(`${home}/monit.pid`, 'utf8'));
}

async function expectTerminalAsBefore(terminal: TestTerminal, exitCode: number): Promise<void> {
  const screen = await terminal.shows(new RegExp(`ended with ${exitCode}`));
  expect(screen).toContain('in front');
  expect(screen).not.toContain('── Log');
  expect(await terminal.modes()).toEqual({ alternate: false, cursor: true, wraps: true });
  await terminal.press('x', 'y', 'Enter');
  await terminal.shows(/read xy/); // line by line and with echo again
}

test('shows drivers and the log of the selected one, as they become', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  const screen = await terminal.shows(/said before/);
  expect(screen).toMatch(/^lab · up 1 min 1 s · tags 2 good 0 uncertain 0 bad · 2 Healthy/m);
  expect(screen).toMatch(/^› packaging modbus Healthy +gateway +1h02/m);
  expect(screen).toMatch(/^ {2}press +s7 +Healthy +host 4711 /m);
  expect(await terminal.modes()).toEqual({ alternate: true, cursor: false, wraps: false });
  server.control.log({ driverId: 'packaging', message: 'said just now' });
  server.control.log({ driverId: 'press', message: 'of another driver' });
  expect(await terminal.shows(/said just now/)).not.toContain('of another driver');
  server.control.driversById.set('packaging', driverDetail({ state: 'Faulted', lastCause: 'hang' }));
  server.control.publish({ message: 'driver packaging is Faulted', driverId: 'packaging' });
  await terminal.shows(/› packaging +modbus +Faulted .* hang/);
  await terminal.press('e');
  await terminal.shows(/Events[^]*\[packaging\] driver packaging is Faulted/);
});

test('acts on the selected driver after a yes, and says what became of it', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  await terminal.press('j');
  await terminal.shows(/Log of press[^]*press said/);
  await terminal.press('c');
  await terminal.shows(/recycle press\? y\/n/);
  expect(server.control.operations).toEqual([]);
  await terminal.press('n');
  await terminal.shows(/recycle press: not done/);
  await terminal.press('c', 'y');
  await terminal.shows(/recycle press: Healthy, host 4711/);
  await terminal.press('k', 'x');
  await terminal.shows(/reset packaging: its crash-loop breaker is closed/);
  await terminal.press('i', 'y');
  await terminal.shows(/reinitialize packaging: Healthy, gateway/);
  expect(server.control.operations).toMatchObject([
    { id: 'press', action: 'recycle' },
    { id: 'packaging', action: 'reinitialize' },
  ]);
});

test('chooses actions from a menu', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  await terminal.press('Enter', 'Down', 'Down');
  const menu = await terminal.shows(/What to do with packaging[^]*› p {2}promote/);
  expect(menu).not.toMatch(/^.. [xcdS] {2}/m);
  await terminal.press('Enter', 'y');
  await terminal.shows(/promote packaging: Healthy, host/);
});

test('follows the size of the terminal', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server, { columns: 80, rows: 24 });
  await terminal.shows(/said before/);
  await terminal.resize(130, 40);
  await waitFor(async () => (await terminal.lines()).at(39)?.startsWith('↑↓ select'), { what: 'the last line below' });
  await terminal.shows(/host 4711/);
  await terminal.resize(40, 10);
  await waitFor(async () => (await terminal.lines()).at(9)?.startsWith('↑↓ select'), { what: 'the last line above' });
});

test('says that the gateway is lost, how old everything is, and goes on when it is back', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  await server.stop();
  const screen = await terminal.shows(/no answer for [2-9] s[^]*shown is what was [2-9] s ago/);
  expect(screen).toMatch(/No gateway runs on .* Trying again/);
  expect(screen).toMatch(/^› packaging .* Healthy/m);
  await terminal.press('x');
  await terminal.shows(/reset packaging: the gateway does not answer/);
  await server.restart();
  await waitFor(async () => !(await terminal.lines())[0].includes('no answer'), { what: 'the gateway to be back' });
  server.control.log({ driverId: 'packaging', message: 'said afterwards' });
  await terminal.shows(/said afterwards/);
});

test.each(['q', 'C-c'])('%s gives the terminal back as it was', async (key) => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  await terminal.press(key);
  await expectTerminalAsBefore(terminal, 0);
});

test('leaves at once, although an action is still under way', async () => {
  await using server = await startGateway();
  server.control.beforeOperation = () => new Promise(() => undefined);
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  await terminal.press('i', 'y');
  await terminal.shows(/reinitialize packaging …/);
  await terminal.press('q');
  await expectTerminalAsBefore(terminal, 0);
});

test('works at a bare pseudo terminal', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server, { columns: 80, rows: 24 }, 'script');
  const screen = await terminal.shows(/said before/);
  expect(screen).toMatch(/^› packaging modbus Healthy/m);
  expect(await terminal.modes()).toEqual({ alternate: true, cursor: false, wraps: false });
  await terminal.press('Down');
  await terminal.shows(/^› press [^]*press said/m);
  await terminal.resize(130, 40);
  await waitFor(async () => (await terminal.lines()).at(39)?.startsWith('↑↓ select'), { what: 'the last line below' });
  await terminal.press('c');
  await terminal.shows(/recycle press\? y\/n/);
  await terminal.press('y');
  await terminal.shows(/recycle press: Healthy/);
  await terminal.press('q');
  await expectTerminalAsBefore(terminal, 0);
});

test('SIGTERM gives the terminal back as it was', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  process.kill(await pidOf(server), 'SIGTERM');
  await expectTerminalAsBefore(terminal, 0);
});

test('an unexpected error gives the terminal back as it was', async () => {
  await using server = await startGateway();
  await using terminal = await startMonit(server);
  await terminal.shows(/said before/);
  server.control.publish({ message: null as unknown as string }); // no gateway sends that
  await terminal.press('e');
  await terminal.shows(/Unexpected error: Cannot read properties of null/);
  await expectTerminalAsBefore(terminal, 1);
});

test('needs a terminal, and says what to use without one', async () => {
  await using server = await startGateway();
  const { code, stdout, stderr } = await runMain(['monit', '--home', server.home]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/here is none[^]*fieldwarden list, events -f or logs -f/);
  expect((await runMain(['monit', '--json', '--home', server.home])).stderr).toContain('no JSON form');
});

test('a gateway that does not run is said as by every other command', async () => {
  await using terminal = await TestTerminal.start(
    `${process.execPath} ${main} monit --home /no/such; echo "ended with $?"; cat`,
  );
  await terminal.shows(/No gateway runs on \/no\/such\.\nStart one[^]*ended with 3/);
});
