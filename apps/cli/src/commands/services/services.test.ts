import { driverDetail, servicePostMortem, TestServer } from '@fieldwarden/admin-api/testing';
import type { Service } from '@fieldwarden/admin-contract';
import { expect, test } from 'vitest';
import { noColours } from '../../output/palette.js';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';
import { serviceDescription } from './service-describe.js';

process.env.TZ = 'UTC'; // local times are shown

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

const at = '2030-01-01T00:00:00.000Z';

/** A third party's that fails, beside the OPC UA server of the test server. */
function faulted({ control }: TestServer, more: Partial<Service> = {}): Service {
  return {
    ...control.services.services[0],
    id: 'acme',
    type: 'acme-outlet',
    title: 'Acme outlet',
    state: 'Faulted',
    stateSince: at,
    reason: 'the disk is full',
    pid: null,
    spawn: 4,
    restarts: 3,
    crashLoop: 'open',
    nextAttemptAt: '2030-01-01T00:01:00.000Z',
    lastCause: 'exit',
    lastError: { code: 'SERVICE_FAILED', kind: 'bug', message: 'the disk is full', at },
    memoryBytes: null,
    cpuPercent: null,
    url: null,
    detail: null,
    ...more,
  };
}

test('services list is a table of services, and services alone is the same', async () => {
  await using server = await TestServer.start();
  server.control.services.services = [server.control.services.services[0], faulted(server)];
  const { code, stdout, stderr } = await runHere(['services', 'list'], on(server));
  expect([code, stderr]).toEqual([0, '']);
  const [head, opcua, acme] = stdout.split('\n');
  expect(head).toMatch(/^ID +TYPE +STATE +FOR +RUNS IN +RESTARTS +MEMORY +URL +REASON$/);
  expect(opcua).toMatch(/^opcua +opcua +Healthy .* host 4711 +0 +90\.0 MB +opc\.tcp:\S+ +-$/);
  expect(acme).toMatch(
    /^acme +acme-outlet +Faulted \(crash loop open, next attempt .*\) .* host +3 +- +- +the disk is full$/,
  );
  expect((await runHere(['services'], on(server))).stdout).toContain('acme-outlet');
});

test('services list --json is the answer of the Admin API', async () => {
  await using server = await TestServer.start();
  expect(jsonOf(await runHere(['services', 'list', '--json'], on(server)))).toEqual({
    schema: 'fieldwarden/services@1',
    services: server.control.services.services,
  });
});

test('services list says so when there are none', async () => {
  await using server = await TestServer.start();
  server.control.services.services = [];
  expect((await runHere(['services', 'list'], on(server))).stdout).toMatch(/has no services.*services new/);
});

test('services describe says all that is known of one', async () => {
  await using server = await TestServer.start();
  const [opcua] = server.control.services.services;
  const nowMs = Date.parse(at) + 30_000;
  expect(serviceDescription(faulted(server), [servicePostMortem({ at })], noColours, nowMs)).toMatchInlineSnapshot(`
    "acme  Acme outlet

      State         Faulted
      Since         2030-01-01 00:00:00.000, 30 s
      Reason        the disk is full
      Runs in       host, spawn 4
      Restarts      3
      Crash loop    open
      Next attempt  in 30 s
                    fieldwarden services restart acme tries at once.
      Last end      exit
      Post-mortem   spawn 3, hang, 30 s ago: fieldwarden services post-mortem acme
      Left out      0 changes of tags, replaced by newer ones
      Last error    SERVICE_FAILED (bug), 2030-01-01 00:00:00.000, 30 s ago
                    the disk is full
                    This should not happen; please tell its author, with the output of fieldwarden logs acme.
    "
  `);
  expect(
    serviceDescription({ ...opcua, detail: { sessions: 2, endpoints: ['a', 'b'], site: 'lab' } }, [], noColours, nowMs),
  ).toMatchInlineSnapshot(`
    "opcua  OPC UA server

      State       Healthy
      Since       2030-01-01 00:00:00.000, 30 s
      URL         opc.tcp://127.0.0.1:4840/fieldwarden
      Runs in     host 4711, spawn 1
      Memory      90.0 MB
      CPU         1.5 %
      Restarts    0
      Crash loop  closed
      Left out    0 changes of tags, replaced by newer ones

    What it says of itself
      sessions   2
      endpoints  ["a","b"]
      site       lab
    "
  `);
});

test('services describe asks for the post-mortems, too; --json is the answer of the Admin API', async () => {
  await using server = await TestServer.start();
  server.control.services.postMortemsKept = [servicePostMortem()];
  expect((await runHere(['services', 'describe', 'opcua'], on(server))).stdout).toContain(
    'fieldwarden services post-mortem opcua',
  );
  expect(jsonOf(await runHere(['services', 'describe', 'opcua', '--json'], on(server)))).toEqual({
    schema: 'fieldwarden/service@1',
    ...server.control.services.services[0],
  });
});

test.each([['describe'], ['restart'], ['post-mortem']])(
  'services %s of a mistyped id says which one may be meant',
  async (command) => {
    await using server = await TestServer.start();
    const { code, stdout, stderr } = await runHere(['services', command, 'opcau'], on(server));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^No service has the id "opcau"; did you mean opcua\?\nServices of this gateway: opcua\.\n/);
  },
);

test('services restart waits for the new state, and fails where the service does not work then', async () => {
  await using server = await TestServer.start();
  const { services } = server.control;
  const done = await runHere(['services', 'restart', 'opcua', 'opcua'], on(server));
  expect(done).toEqual({ code: 0, stdout: 'opcua  Healthy  host 4711\n', stderr: '' });
  services.services = [...services.services, faulted(server)];
  const failed = await runHere(['services', 'restart', 'acme', 'opcua', 'nobody'], on(server));
  expect(failed.code).toBe(1);
  expect(failed.stdout).toBe('acme  Faulted  host: the disk is full\nopcua  Healthy  host 4711\n');
  expect(failed.stderr).toContain('No service has the id "nobody".');
  expect(services.restarts).toEqual(['opcua', 'acme', 'opcua']);
});

test('services restart --no-wait does not wait; --json is a list of services', async () => {
  await using server = await TestServer.start();
  const { services } = server.control;
  expect(jsonOf(await runHere(['services', 'restart', 'opcua', '--json'], on(server)))).toEqual({
    schema: 'fieldwarden/services@1',
    services: services.services,
  });
  services.whenRestarted = () => new Promise(() => undefined);
  expect((await runHere(['services', 'restart', 'opcua', '--no-wait'], on(server))).stdout).toBe(
    'opcua  restart has begun\n',
  );
});

test('services post-mortem shows one, or lists them', async () => {
  await using server = await TestServer.start();
  const none = await runHere(['services', 'post-mortem', 'opcua'], on(server));
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('no post-mortem of service opcua')]);
  server.control.services.postMortemsKept = [servicePostMortem(), servicePostMortem({ id: 'older', cause: 'exit' })];
  const { stdout } = await runHere(['services', 'post-mortem', 'opcua'], on(server));
  expect(stdout).toMatch(/^opcua {2}post-mortem 1 of 2\n/);
  expect(stdout).toContain('connected\n  decoding block 7');
  const list = await runHere(['services', 'post-mortem', 'opcua', '-l'], on(server));
  expect(list.stdout).toMatch(/^N +AT +AGE +SPAWN +CAUSE +END\n1 +2030-01-01 .* hang +SIGKILL\n2 .* exit +SIGKILL\n$/);
  expect(jsonOf(await runHere(['services', 'post-mortem', 'opcua', '2', '--json'], on(server)))).toMatchObject({
    schema: 'fieldwarden/service-post-mortem@1',
    id: 'older',
    serviceId: 'opcua',
  });
});

test('logs of a service are its own; a driver of the same id goes first; a mistyped id is told', async () => {
  await using server = await TestServer.start();
  const { control } = server;
  control.services.log({ message: 'a client came', serviceId: 'opcua' });
  control.log({ message: 'of the driver', driverId: 'opcua' });
  expect((await runHere(['logs', 'opcua'], on(server))).stdout).toMatch(/ \[opcua\] a client came\n$/);
  control.driversById.set('opcua', driverDetail({ id: 'opcua' }));
  expect((await runHere(['logs', 'opcua'], on(server))).stdout).toMatch(/ \[opcua\] of the driver\n$/);
  const { code, stderr } = await runHere(['logs', 'packagin'], on(server));
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('No driver and no service has the id "packagin"; did you mean packaging?'),
  ]);
});

test('events name the service that they are about', async () => {
  await using server = await TestServer.start();
  server.control.happen({ type: 'service', serviceId: 'opcua', message: 'service opcua is Healthy' });
  expect((await runHere(['events'], on(server))).stdout).toMatch(/ service \[opcua\] service opcua is Healthy\n$/);
});

test('ids of services are completed', async () => {
  await using server = await TestServer.start();
  const offered = async (...words: readonly string[]): Promise<string> =>
    (await runHere(['__complete', '--', ...words], on(server))).stdout;
  expect(await offered('services', 'describe', 'o')).toBe('opcua\tservice opcua, Healthy\n');
  expect(await offered('services', 'restart', 'opcua', 'o')).toBe('opcua\tservice opcua, Healthy\n');
  expect(await offered('services', 'post-mortem', '')).toBe('opcua\tservice opcua, Healthy\n');
  expect(await offered('logs', '')).toBe('packaging\tmodbus, Healthy\nopcua\tservice opcua, Healthy\n');
  expect(await offered('services', 'res')).toContain('restart\t');
});
