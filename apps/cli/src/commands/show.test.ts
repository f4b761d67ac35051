import {
  driverDetail,
  gatewayStatus,
  hostRow,
  postMortem,
  tagDetail,
  tagRow,
  TestServer,
} from '@fieldwarden/admin-api/testing';
import type { ErrorReport } from '@fieldwarden/gateway-contract';
import { statusCodes } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { noColours } from '../output/palette.js';
import { runHere } from '../testing/run-here.js';
import { jsonOf, runMain } from '../testing/run-main.js';
import { description } from './drivers/describe.js';
import { statusLine } from './gateway/status.js';

const speed = 'packaging/filler/speed';
const lastError: ErrorReport = {
  code: 'MODBUS_TIMEOUT',
  kind: 'timeout',
  message: 'no answer within 1000 ms',
  at: '2030-01-01T00:00:00.000Z',
};

const on = ({ home }: TestServer) => ({ env: { FIELDWARDEN_HOME: home } });

test('status says everything in one line', async () => {
  await using server = await TestServer.start();
  const { code, stdout, stderr } = await runMain(['status'], on(server));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    'lab · Fieldwarden 0.1.0 · up 1 min 1 s · 1 driver: 1 Healthy · 1 service: 1 Healthy · 2 tags: 2 Good · opc.tcp://127.0.0.1:4840/fieldwarden (0 sessions)\n',
  );
});

test('status names what is not as it should be', () => {
  const line = statusLine(
    gatewayStatus({
      generation: 7,
      usingStaleConfig: true,
      drivers: { total: 3, byState: { Healthy: 1, Faulted: 2 } },
      services: { total: 2, byState: { Healthy: 1, Faulted: 1 } },
      tags: { total: 9, good: 5, uncertain: 1, bad: 3, valuesPerSecond: 0 },
      mqtt: { connected: false, pending: 4, dropped: 0 },
      opcua: null,
    }),
    noColours,
  );
  expect(line).toBe(
    'lab · Fieldwarden 0.1.0 · up 1 min 1 s · generation 7 · stale configuration · 3 drivers: 1 Healthy, 2 Faulted · 2 services: 1 Healthy, 1 Faulted · 9 tags: 5 Good, 1 Uncertain, 3 Bad · MQTT disconnected, 4 pending',
  );
});

test('list is a table of drivers, and ls is the same', async () => {
  await using server = await TestServer.start();
  const host = {
    id: 'press',
    type: 's7',
    isolation: 'host',
    pid: 4711,
    state: 'Faulted',
    crashLoop: 'open',
    upMs: null,
    lastError,
  } as const;
  server.control.driversById.set('press', driverDetail(host));
  const { code, stdout } = await runMain(['list'], on(server));
  expect(code).toBe(0);
  const [head, packaging, press] = stdout.split('\n');
  expect(head).toBe('ID         TYPE    STATE                      RUNS IN    UP         RESTARTS  MEMORY  LAST ERROR');
  expect(packaging).toBe('packaging  modbus  Healthy                    gateway    1 h 2 min  1         -       -');
  expect(press).toMatch(
    /^press {6}s7 {6}Faulted \(crash loop open\) {2}host 4711 {2}- {10}1 .* no answer within 1000 ms$/,
  );
  expect((await runMain(['ls'], on(server))).stdout).toContain('packaging');
});

test('list --json is the answer of the Admin API', async () => {
  await using server = await TestServer.start();
  expect(jsonOf(await runMain(['list', '--json'], on(server)))).toEqual({
    schema: 'fieldwarden/drivers@1',
    drivers: server.control.drivers(),
  });
});

test('list says so when there are no drivers', async () => {
  await using server = await TestServer.start();
  server.control.driversById.clear();
  expect((await runMain(['list'], on(server))).stdout).toBe(
    'The gateway has no drivers; its plant document names none.\n',
  );
});

test('describe shows state, devices, scan classes, and the last error with its remedy', () => {
  const [device] = driverDetail().devices;
  const driver = driverDetail({
    state: 'Reconnecting',
    lastError,
    devices: [{ ...device, state: 'demoted', breaker: 'open', consecutiveFailures: 5, lastError }],
  });
  const text = description(
    { schema: 'fieldwarden/driver@1', ...driver },
    [
      hostRow({
        consecutiveFailures: 5,
        breakerThreshold: 5,
        alert: true,
        lastBreakerOpenAt: lastError.at,
        nextProbeAt: '2030-01-01T00:01:04.000Z',
        lastRecycleAt: lastError.at,
        retries: 3,
        lateReplies: 1,
      }),
    ],
    [],
    noColours,
    Date.parse(lastError.at) + 60_000,
  );
  expect(text).toMatchInlineSnapshot(`
    "packaging  modbus, tier B

      State         Reconnecting, ready for 1 h 2 min
      Runs in       gateway
      Restarts      0 after crashes, 0 recycles, 1 by operators
      Last recycle  1 min ago
      Crash loop    closed
      Work          0 pending, 42 exchanges done
      Last error    MODBUS_TIMEOUT (timeout), 1 min ago
                    no answer within 1000 ms
                    The device is reachable but did not answer in time: check its unit id, its load and the line; or raise timeoutMs.

         DEVICE  STATE    TAGS  BREAKER  FAILURES  RETRIES  LATE  LAST OPEN                LAST ERROR
      !  filler  demoted  2     open     5/5       3        1     1 min ago, probe in 4 s  1 min ago: no answer within 1000 ms

      DEVICE  SCAN     ACHIEVED   OVERRUNS  TAGS
      filler  1000 ms  1000.4 ms  0         2
    "
  `);
});

test('describe shows what the driver type warns of, and the remedy of the very error', () => {
  const wrongTransport = { ...lastError, code: 'MODBUS_WRONG_TRANSPORT' };
  const text = description(
    { schema: 'fieldwarden/driver@1', ...driverDetail({ notes: ['tolerateLength is on'], lastError: wrongTransport }) },
    [],
    [],
    noColours,
    Date.parse(lastError.at),
  );
  expect(text).toMatch(/^ {2}Note {8}tolerateLength is on$/m);
  expect(text).toContain('Change the option transport of the driver');
});

test('describe does not send anybody to the host and port when a Modbus gateway has answered there', () => {
  const behind = { ...lastError, code: 'MODBUS_GATEWAY_TARGET', kind: 'unreachable' } as const;
  const driver = { schema: 'fieldwarden/driver@1', ...driverDetail({ lastError: behind }) } as const;
  const text = description(driver, [], [], noColours, Date.parse(lastError.at));
  expect(text).toContain('Host and port are right');
  expect(text).toContain('Check the unit id');
});

test('describe shows a crash loop, the next attempt, the last end and where its post-mortem is', () => {
  const driver = driverDetail({
    isolation: 'host',
    state: 'Faulted',
    spawn: 6,
    upMs: null,
    restarts: { crash: 5, recycle: 1, operator: 0 },
    crashLoop: 'open',
    nextAttemptAt: '2030-01-01T00:02:00.000Z',
    lastCause: 'hang',
    memory: {
      bytes: 64e6,
      baselineBytes: 8e6,
      softBytes: 508e6,
      hardBytes: 1_016e6,
      state: 'Normal',
    },
    devices: [],
  });
  const kept = [postMortem({ spawn: 5 }), postMortem({ spawn: 4 })];
  const nowMs = Date.parse('2030-01-01T00:01:00.000Z');
  const text = description({ schema: 'fieldwarden/driver@1', ...driver }, [], kept, noColours, nowMs);
  expect(text).toMatchInlineSnapshot(`
    "packaging  modbus, tier B

      State         Faulted
      Runs in       host, spawn 6
      Restarts      5 after crashes, 1 recycles, 0 by operators
      Crash loop    open
      Next attempt  in 1 min
                    fieldwarden reset packaging tries at once.
      Last end      hang
      Post-mortem   spawn 5, hang, 1 min ago: fieldwarden post-mortem packaging
      Memory        64.0 MB, baseline 8.0 MB, soft 508.0 MB, hard 1.0 GB, Normal
      Work          0 pending, 42 exchanges done
    "
  `);
});

test('describe asks for the post-mortems', async () => {
  await using server = await TestServer.start();
  server.control.postMortemsKept = [postMortem()];
  expect((await runHere(['describe', 'packaging'], on(server).env)).stdout).toContain(
    'fieldwarden post-mortem packaging',
  );
});

test('describe --json is the answer of the Admin API', async () => {
  await using server = await TestServer.start();
  expect(jsonOf(await runMain(['describe', 'packaging', '--json'], on(server)))).toEqual({
    schema: 'fieldwarden/driver@1',
    ...driverDetail(),
  });
});

test('describe of a driver that does not exist fails with the remedy', async () => {
  await using server = await TestServer.start();
  const { code, stdout, stderr } = await runMain(['describe', 'nobody'], on(server));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('No driver has the id "nobody".');
  expect(stderr).toContain('fieldwarden list');
});

test('tags list shows values, units and states, over as many pages as it takes', async () => {
  await using server = await TestServer.start();
  for (let i = 0; i < 5_003; i += 1) server.control.rows.set(`many/${i}`, tagRow(`many/${i}`));
  server.control.change(speed, { value: 1, status: 'BadTimeout', statusCode: statusCodes.BadTimeout });
  const some = await runMain(['tags', 'list', 'packaging/'], on(server));
  expect(some.stdout).toMatch(/^packaging\/filler\/setpoint {2}12\.5 {3}rpm {3}Good .* float32 {2}read-write$/m);
  expect(some.stdout).toMatch(/^packaging\/filler\/speed .* ! BadTimeout /m);
  const all = jsonOf(await runMain(['tags', 'list', '--json'], on(server))) as { tags: unknown[]; total: number };
  expect([all.tags.length, all.total]).toEqual([5_005, 5_005]);
});

test('tags list shows the tags of the plant, and those of the gateway behind them when they are asked for', async () => {
  await using server = await TestServer.start();
  const own = '_system/gateway/uptime';
  server.control.rows.set(own, { ...[...server.control.rows.values()][0], path: own });
  const paths = async (...args: string[]): Promise<string[]> =>
    (jsonOf(await runMain(['tags', 'list', ...args, '--json'], on(server))) as { tags: { path: string }[] }).tags.map(
      ({ path }) => path,
    );
  const plant = await paths();
  expect(plant).not.toContain(own);
  expect(await paths('--system')).toEqual([...plant, own]);
  expect(await paths('_system')).toEqual([own]);
});

test('tags list says so when no tag begins with the prefix', async () => {
  await using server = await TestServer.start();
  expect((await runMain(['tags', 'list', 'nothing/'], on(server))).stdout).toBe('No tag begins with nothing/.\n');
});

test('tags read shows each tag, and fails for those that do not exist', async () => {
  await using server = await TestServer.start();
  const good = await runMain(['tags', 'read', speed, '--json'], on(server));
  expect(good.code).toBe(0);
  expect(jsonOf(good)).toEqual({ schema: 'fieldwarden/tag-values@1', tags: [tagDetail(tagRow(speed))] });
  const partly = await runMain(['tags', 'read', speed, 'no/such'], on(server));
  expect(partly.code).toBe(1);
  expect(partly.stdout).toContain(speed);
  expect(partly.stderr).toContain('No tag has the path "no/such".');
});

test('logs shows the latest records of all, or of one driver', async () => {
  await using server = await TestServer.start();
  server.control.log({ message: 'first' });
  server.control.log({ message: 'Host \u001b[31mred', level: 'warn', driverId: 'packaging' });
  expect((await runMain(['logs'], on(server))).stdout).toBe(
    '2030-01-01 00:00:00.000 info  first\n2030-01-01 00:00:00.000 warn  [packaging] Host \\x1b[31mred\n',
  );
  expect((await runMain(['logs', '-n', '1', '--json'], on(server))).stdout).not.toContain('first');
  expect((await runMain(['logs', 'packaging'], on(server))).stdout).not.toContain('first');
});

test('events -n shows the newest only, and what comes with -f begins behind the others', async () => {
  await using server = await TestServer.start();
  for (const message of ['a', 'b', 'c']) server.control.publish({ message });
  const { stdout } = await runMain(['events', '-n', '2'], on(server));
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.at(-1)),
  ).toEqual(['b', 'c']);
  expect((await runMain(['events', '-n', '0'], on(server))).stdout).toBe('');
  expect((await runMain(['events', '-n', '9'], on(server))).stdout.trim().split('\n')).toHaveLength(3);
});

test('events shows what has happened', async () => {
  await using server = await TestServer.start();
  expect((await runMain(['events'], on(server))).stdout).toBe('Nothing has happened yet.\n');
  server.control.publish({ message: 'device is demoted', driverId: 'packaging', device: 'filler' });
  const { stdout } = await runMain(['events'], on(server));
  expect(stdout).toBe('2030-01-01 00:00:00.000 driver  [packaging/filler] device is demoted\n');
  expect(jsonOf(await runMain(['events', '--json'], on(server)))).toMatchObject({
    schema: 'fieldwarden/events@1',
    events: [{ seq: 1 }],
  });
});

test('hosts marks the devices that are about to be demoted', async () => {
  await using server = await TestServer.start();
  expect((await runHere(['hosts'], on(server).env)).stdout).toContain('no devices');
  server.control.hostRows = [
    hostRow(),
    hostRow({
      device: 'capper',
      deviceState: 'unreachable',
      consecutiveFailures: 3,
      alert: true,
      overruns: 2,
      currentBytes: 9e6,
      baselineBytes: 8e6,
      breakerThreshold: 5,
    }),
  ];
  const { stdout } = await runHere(['hosts'], on(server).env);
  const [head, filler, capper] = stdout.split('\n');
  expect(head).toMatch(/^ {3}DRIVER +DEVICE +RUNS IN +STATE/);
  expect(filler).toMatch(
    /^ {3}packaging +filler +gateway +Healthy +connected +closed +0\/5 +0 +1000\.2\/1000 ms +3 +0 +-/,
  );
  expect(capper).toMatch(/^! {2}packaging +capper .* unreachable +closed +3\/5 .*, 2 overruns .* 9\.0 MB \(8\.0 MB\)/);
  expect(jsonOf(await runHere(['hosts', '--json'], on(server).env))).toEqual({
    schema: 'fieldwarden/hosts@1',
    rows: server.control.hostRows,
  });
});

test('drivers plan says when a cycle does not fit its interval, and what it keeps clear of and why (§8.2)', async () => {
  await using server = await TestServer.start();
  const avoided = [
    { what: 'HR 20..21', points: 1, reason: 'illegal data address', retestInMs: 540_000 },
    { what: 'HR longer than 60', points: 0, reason: 'no answer within 200 ms', retestInMs: 0 },
  ];
  const requests = [{ what: 'FC3 unit 1 HR 0..9', points: 5, size: 10, gap: 2 }];
  const scans = [
    { scanMs: 1_000, tags: 5, plan: { requests, estimatedCycleMs: 1_400, avoided } },
    { scanMs: 100, tags: 5, plan: { requests, estimatedCycleMs: 250 } },
    { scanMs: 250, tags: 5, plan: { requests, estimatedCycleMs: 250 } },
  ];
  server.control.plans = [{ device: 'filler', scans }];
  const { stdout } = await runMain(['drivers', 'plan', 'packaging'], on(server));
  expect(stdout).toContain('every 1000 ms: 5 tags in 1 request, needs 1.4 s of 1.0 s\n');
  expect(stdout).toContain('every 100 ms: 5 tags in 1 request, needs 0.25 s of 0.10 s\n');
  expect(stdout).toContain('every 250 ms: 5 tags in 1 request, about 250 ms a cycle\n');
  const first = 'keeps clear of HR 20..21, 1 tag there: illegal data address; tried again in 9 min\n';
  const second = 'keeps clear of HR longer than 60: no answer within 200 ms; tried again with the next scan\n';
  expect(stdout).toContain(`  ${first}  ${second}`);
  expect((await runMain(['describe', 'packaging'], on(server))).stdout).toContain(
    `\n  filler every 1000 ms ${first}  filler every 1000 ms ${second}`,
  );
});

test('drivers plan shows the requests per device and scan class', async () => {
  await using server = await TestServer.start();
  expect((await runMain(['drivers', 'plan', 'packaging'], on(server))).stdout).toContain('polls nothing');
  const plan = { requests: [{ what: 'FC3 unit 1 HR 0..9', points: 5, size: 10, gap: 2 }], estimatedCycleMs: 4 };
  server.control.plans = [{ device: 'filler', scans: [{ scanMs: 1_000, tags: 5, plan }] }];
  const { stdout } = await runMain(['drivers', 'plan', 'packaging'], on(server));
  expect(stdout).toBe(
    'filler  every 1000 ms: 5 tags in 1 request, about 4 ms a cycle\n  REQUEST             TAGS  SIZE  GAP\n  FC3 unit 1 HR 0..9  5     10    2\n',
  );
});

test('describe and list tell of tags that are Bad although their device answers, and why', async () => {
  await using server = await TestServer.start();
  const [device] = driverDetail().devices;
  const bad = { tagsBad: 2, tagsNeverGood: 1 };
  const silent = { ...device, id: 'capper', state: 'demoted' } as const;
  server.control.driversById.set('packaging', driverDetail({ ...bad, devices: [{ ...device, ...bad }, silent] }));
  const status = { status: 'BadNodeIdUnknown', statusCode: 0x80340000 };
  server.control.rows.set('line/lost', tagRow('line/lost', { ...status, device: 'capper' }));
  server.control.rows.set('line/wrong', tagRow('line/wrong', status));
  const { stdout } = await runMain(['describe', 'packaging'], on(server));
  expect(stdout).toContain('Healthy, 2 Bad');
  expect(stdout).toContain('connected, 2 Bad');
  expect(stdout.slice(stdout.indexOf('2 tags'))).toBe(
    '2 tags Bad although the device answers, 1 never worked\n' +
      '  TAG         ADDRESS  STATUS              WHY, AND WHAT TO TRY\n' +
      '  line/wrong  400001   ! BadNodeIdUnknown  The device has nothing at this address. Try 400000 or 400002.\n' +
      '  fieldwarden tags list --bad shows all of them.\n',
  );
  expect((await runMain(['list'], on(server))).stdout).toContain('Healthy, 2 Bad');
});
