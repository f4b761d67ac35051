import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarmRow, TestServer } from '@fieldwarden/admin-api/testing';
import { systemClock } from '@fieldwarden/core';
import { roles, type Role } from '@fieldwarden/gateway-contract';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayLoader } from './gateway/gateway-module.js';
import { noColours } from './output/palette.js';
import { buildProgram } from './programs/program.js';
import { runHere } from './testing/run-here.js';

/**
 * CLI command × role over `--url` (SPEC §13.2): each command line below the least role whose token it takes. `local`: needs no gateway, or
 * the machine of one, and is refused over an address by itself.
 */
const table = `
local
  up
  down
  monit
  config validate FILE
  drivers types
  drivers show modbus
  drivers new acme
  services new acme
  completion bash
  restore FILE
viewer
  status
  list
  describe packaging
  hosts
  post-mortem packaging
  logs
  events
  tags list
  tags read packaging/filler/speed
  tags watch no/such/tag
  tags history packaging/filler/speed
  history status
  history export TABLE
  alarms list
  alarms journal
  alarms statistics
  drivers plan packaging
  drivers browse packaging
  services list
  services describe opcua
  services post-mortem opcua
  mqtt status
  notifications status
  config diff
  config generations
  config show
  config export
  config schema
  config draft get
  certs list
  certs own
operator
  tags write packaging/filler/setpoint 1
  alarms ack level
  alarms confirm level
  alarms comment level -m seen
  alarms shelve level --for 2h -m noisy
  alarms unshelve level
  alarms disable level -m repair
  alarms enable level
  alarms out-of-service level -m repair
  alarms in-service level
  alarms reset level
engineer
  start packaging
  stop packaging
  restart packaging
  reset packaging
  recycle packaging
  promote packaging
  demote packaging
  reinitialize packaging
  drivers test packaging
  drivers call packaging reset
  services restart opcua
  mqtt purge --yes
  notifications test shift
  notifications dead-letters
  audit
  certs trust AB
  certs reject AB
  certs remove AB
  certs own --renew --use tls
  config publish FILE -m why
  config rollback 1 -m why
  config draft set FILE
  config draft discard
  config import-csv FILE --yes
  config import-kepware FILE --yes --driver packaging --device filler
admin
  tokens list
  tokens create other
  tokens revoke other
  users list
  users add other --role viewer --password-file FILE
  users passwd other --password-file FILE
  users change other --role viewer
  users disable other
  users enable other
  users totp-off other
  users remove other --yes
  sessions list
  sessions end other
  secrets list
  secrets set OTHER --value-file FILE
  secrets remove OTHER
  backup OUT
  doctor
`;

type Least = Role | 'local';

const rows: readonly (readonly [line: string, least: Least])[] = (() => {
  const read: [string, Least][] = [];
  let present: Least = 'local';
  for (const line of table.trim().split('\n')) {
    if (line.startsWith(' ')) read.push([line.trim(), present]);
    else present = line as Least;
  }
  return read;
})();

const overUrl = rows.filter(([, least]) => least !== 'local');

describe('CLI command × role (§13.2)', () => {
  const open = new AsyncDisposableStack();
  const tokens = new Map<Role, string>();
  let url: string;
  let file: string;

  beforeAll(async () => {
    const plenty = { burst: 10_000, perSecond: 10_000 };
    const limits = { signIn: plenty, sessions: plenty, changes: plenty };
    const server = open.use(await TestServer.start({ limits, withoutToken: true }));
    const { alarms, services } = server.control;
    alarms.rows = [alarmRow({})];
    services.services = [...services.services, { ...services.services[0], id: 'main', type: 'mqtt' }];
    services.answers.set('test', { outcome: 'sent', message: null, durationMs: 1 });
    services.answers.set('dead-letters', { deadLetters: [] });
    const directory = open.use(await temporaryDirectory());
    file = join(directory.path, 'plant.yaml');
    writeFileSync(file, 'version: 1\nsite: lab\n');
    url = `http://127.0.0.1:${server.port}`;
    for (const role of roles) tokens.set(role, await server.tokens.create({ name: role, role }));
  });

  afterAll(async () => await open.disposeAsync());

  it('has every command in its table', () => {
    const known = rows.map(([line]) => line);
    const missing = leavesOf(program()).filter((name) => !known.some((line) => `${line} `.startsWith(`${name} `)));
    expect(missing).toEqual([]);
  });

  it.each(overUrl)('%s takes the role %s', async (line, least) => {
    const refused: Role[] = [];
    for (const role of roles) {
      const env = { FIELDWARDEN_TOKEN: tokens.get(role)! };
      const words = line
        .split(' ')
        .map((word) => ({ FILE: file, OUT: `${file}.backup`, TABLE: `${file}.csv` })[word] ?? word);
      const { code, stderr, stdout } = await runHere([...words, '--url', url], env);
      expect(code, `${line}: ${stderr}`).not.toBe(2);
      if (code !== 4) continue;
      refused.push(role);
      expect(stderr + stdout).toMatch(/it takes the permission [a-z]+/);
    }
    expect(refused).toEqual(roles.slice(0, roles.indexOf(least as Role)));
  });
});

function program(): Command {
  const terminal = {
    palette: noColours,
    errorPalette: noColours,
    width: undefined,
    write: () => undefined,
    writeError: () => undefined,
    ask: () => undefined,
    askSecret: () => undefined,
    input: () => Promise.resolve(''),
  };
  const shell = {
    terminal,
    env: {},
    clock: systemClock,
    loader: gatewayLoader,
    screen: () => undefined,
    interrupted: () => new AbortController().signal,
    self: [],
  };
  return buildProgram(shell, { exitCode: 0 });
}

/** Whole names of the commands that do something themselves. */
function leavesOf(command: Command, above = ''): readonly string[] {
  return command.commands.flatMap((each) => {
    const name = `${above}${each.name()}`;
    if (each.name().startsWith('__')) return [];
    return each.commands.length === 0 ? [name] : leavesOf(each, `${name} `);
  });
}
