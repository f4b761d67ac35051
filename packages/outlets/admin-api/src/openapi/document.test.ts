import { driverActions } from '@fieldwarden/gateway-contract';
import { nothingSecret, silentLogger, systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { RateLimits } from '../access/rate-limits.js';
import { SocketVisitors } from '../access/socket-visitors.js';
import { SessionCookie } from '../access/session-cookie.js';
import { adminRouter } from '../server/admin-app.js';
import { BodyBudget } from '../server/body/body-budget.js';
import { EventStreams } from '../events/event-streams.js';
import { adminRoutes } from '../routes/admin-routes.js';
import { call, open, ReceivedEvents } from '../testing/api-client.js';
import { differences } from '../testing/conforms.js';
import { FakeGatewayControl } from '../testing/fake-gateway-control.js';
import {
  alarmRow,
  journalRow,
  auditRow,
  driverDetail,
  gatewayStatus,
  hostRow,
  postMortem,
  servicePostMortem,
} from '../testing/samples.js';
import { nobody } from '../testing/nobody.js';
import { TestBrowser } from '../testing/browser.js';
import { TestServer, testPassword, testToken } from '../testing/test-server.js';
import { openapiDocument, openapiPath } from './document.js';
import type { JsonSchema, Operation, Parameter } from './operation.js';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const document = (await openapiDocument(adminRoutes)) as unknown as Document;
const { schemas } = document.components;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const credentials = {
  ...(await nobody()),
  site: 'lab',
  cookie: new SessionCookie('lab'),
  begunCookie: new SessionCookie('lab'),
  limits: new RateLimits(systemClock),
};

/** What express itself will match, read off its router. */
function routesOfExpress(): readonly string[] {
  const streams = new EventStreams({ logger: silentLogger });
  const deps = {
    control: new FakeGatewayControl(),
    logger: silentLogger,
    streams,
    bodies: new BodyBudget(),
    redactor: nothingSecret,
    credentials,
    visitors: new SocketVisitors('/nonexistent'),
    audit: { record: () => undefined },
    server: { port: 0 },
  };
  return adminRouter(deps, adminRoutes)
    .stack.map(({ route }) => route!)
    .flatMap(({ path, stack }) =>
      [...new Set(stack.map(({ method }) => method))].map((method) => [path, method] as const),
    )
    .flatMap(([path, method]) => (method ? [`${method} ${openapiPath(path)}`] : []));
}

function allReferences(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === '$ref' ? [item as string] : allReferences(item as unknown),
  );
}

test('describes every route that express has, and no other', () => {
  const described = operations.map(({ path, method }) => `${method} ${path}`);
  expect(described.toSorted()).toEqual(routesOfExpress().toSorted());
  expect(described).toContain('put /tags/value');
});

test('is served as it is', async () => {
  await using server = await TestServer.start();
  expect((await call(server.socket, '/openapi.json')).json).toEqual(JSON.parse(JSON.stringify(document)));
  expect(document.openapi).toBe('3.1.0');
});

test('has no reference that leads nowhere, and no schema that nothing refers to', () => {
  const references = new Set(allReferences(document));
  for (const reference of references) {
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document);
    expect(target, reference).toBeDefined();
  }
  const streamed = ['WatchedValue', 'StreamHello', 'TagValues', 'TagReadings'];
  const unused = Object.keys(schemas).filter((name) => !references.has(`#/components/schemas/${name}`));
  expect(unused).toEqual(streamed);
});

test('gives every operation an id of its own and declares exactly the parameters in its path', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? []).filter((parameter: Parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
  }
});

const alarmActs: readonly (readonly [id: string, act: string, more?: object])[] = [
  ['confirmAlarm', 'confirm'],
  ['commentAlarm', 'comment'],
  ['shelveAlarm', 'shelve', { forMs: 60_000, once: true }],
  ['unshelveAlarm', 'unshelve'],
  ['enableAlarm', 'enable'],
  ['disableAlarm', 'disable'],
  ['takeAlarmOutOfService', 'out-of-service'],
  ['takeAlarmIntoService', 'in-service'],
  ['resetAlarm', 'reset'],
];

/** A request per operation that succeeds, with what the answer must conform to. */
const examples: readonly {
  readonly id: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly status?: number;
  /** Asked by the session of ada; otherwise over the socket. */
  readonly own?: true;
}[] = [
  { id: 'getSession', path: '/session' },
  { id: 'signIn', method: 'POST', path: '/session', body: { token: testToken } },
  { id: 'signOut', method: 'DELETE', path: '/session' },
  {
    id: 'changeOwnPassword',
    method: 'PUT',
    path: '/session/password',
    body: { password: testPassword, newPassword: 'another kettle of copper' },
    own: true,
  },
  { id: 'offerTotp', method: 'POST', path: '/session/totp', own: true },
  { id: 'removeTotp', method: 'DELETE', path: '/session/totp', body: { password: testPassword }, own: true },
  { id: 'listSessions', path: '/sessions', own: true },
  { id: 'listUsers', path: '/users' },
  {
    id: 'createUser',
    method: 'POST',
    path: '/users',
    body: { name: 'eve', password: testPassword, role: 'viewer', areas: ['packaging/**'] },
  },
  { id: 'changeUser', method: 'PUT', path: '/users/bob', body: { role: 'engineer', password: testPassword } },
  { id: 'removeUser', method: 'DELETE', path: '/users/bob' },
  { id: 'removeUserTotp', method: 'DELETE', path: '/users/bob/totp' },
  { id: 'listTokens', path: '/tokens' },
  { id: 'createToken', method: 'POST', path: '/tokens', body: { name: 'scada' } },
  { id: 'revokeToken', method: 'DELETE', path: '/tokens/test' },
  { id: 'listCertificates', path: '/certificates' },
  { id: 'trustCertificate', method: 'POST', path: '/certificates/A1B2/trust', body: {} },
  { id: 'rejectCertificate', method: 'POST', path: '/certificates/A1B2/reject', body: {} },
  { id: 'removeCertificate', method: 'DELETE', path: '/certificates/A1B2' },
  { id: 'renewOwnCertificate', method: 'POST', path: '/certificates/own/renew', body: { use: 'tls' } },
  { id: 'getStatus', path: '/status' },
  { id: 'getAbout', path: '/about' },
  { id: 'getDriverCurves', path: '/drivers/packaging/curves' },
  { id: 'readTagHistory', path: '/tags/history?path=packaging/filler/speed&from=2030-01-01T00:00:00Z' },
  { id: 'readTagHistory', path: '/tags/history?path=packaging/filler/speed&source=device' },
  { id: 'readTrends', path: '/trends?paths=packaging/filler/speed&buckets=10' },
  { id: 'listHistoryTags', path: '/history/tags' },
  { id: 'listAlarms', path: '/alarms' },
  {
    id: 'listAlarmJournal',
    path: '/alarms/journal?from=2030-01-01T00:00:00Z&area=packaging&transition=acknowledged&limit=10',
  },
  { id: 'readAlarmStatistics', path: '/alarms/statistics' },
  ...alarmActs.map(([id, act, more]) => ({
    id,
    method: 'POST',
    path: `/alarms/${act}`,
    body: { driverId: 'packaging', device: 'filler', conditionId: 'level', comment: 'why', ...more },
  })),
  {
    id: 'acknowledgeAlarm',
    method: 'POST',
    path: '/alarms/acknowledge',
    body: { driverId: 'packaging', device: 'filler', conditionId: 'level' },
  },
  { id: 'callMethod', method: 'POST', path: '/drivers/packaging/call', body: { method: 'rinse' } },
  { id: 'listDrivers', path: '/drivers' },
  { id: 'getDriver', path: '/drivers/packaging' },
  { id: 'getDriverPlan', path: '/drivers/packaging/plan' },
  { id: 'testDriver', method: 'POST', path: '/drivers/packaging/test' },
  { id: 'browseDriver', path: '/drivers/packaging/browse?device=filler&node=DB1' },
  ...driverActions.flatMap((action) => [
    { id: `${action}Driver`, method: 'POST', path: `/drivers/packaging/${action}?wait=true` },
    { id: `${action}Driver`, method: 'POST', path: `/drivers/packaging/${action}`, status: 202 },
  ]),
  { id: 'listHosts', path: '/hosts' },
  { id: 'listPostMortems', path: '/drivers/packaging/post-mortems' },
  { id: 'getPostMortem', path: `/drivers/packaging/post-mortems/${postMortem().id}` },
  { id: 'listServices', path: '/services' },
  { id: 'getService', path: '/services/opcua' },
  { id: 'restartService', method: 'POST', path: '/services/opcua/restart?wait=true' },
  { id: 'restartService', method: 'POST', path: '/services/opcua/restart', status: 202 },
  { id: 'requestOfService', method: 'POST', path: '/services/opcua/requests/purge', body: {} },
  { id: 'listServicePostMortems', path: '/services/opcua/post-mortems' },
  { id: 'getServicePostMortem', path: `/services/opcua/post-mortems/${servicePostMortem().id}` },
  { id: 'getServiceLogs', path: '/services/opcua/logs' },
  { id: 'listTags', path: '/tags' },
  { id: 'listBadFolders', path: '/tags/folders' },
  { id: 'readTag', path: '/tags/value?path=packaging/filler/speed' },
  { id: 'writeTag', method: 'PUT', path: '/tags/value', body: { path: 'packaging/filler/speed', value: 1 } },
  { id: 'streamEvents', path: '/events' },
  { id: 'listDriverEvents', path: '/drivers/packaging/events' },
  { id: 'getLogs', path: '/logs' },
  { id: 'getDriverLogs', path: '/drivers/packaging/logs' },
  { id: 'getDraft', path: '/config/draft' },
  { id: 'saveDraft', method: 'PUT', path: '/config/draft', body: { text: 'version: 1' } },
  { id: 'discardDraft', method: 'DELETE', path: '/config/draft' },
  { id: 'validateConfig', method: 'POST', path: '/config/validate', body: { document: {} } },
  { id: 'diffConfig', path: '/config/diff?from=1&to=draft' },
  { id: 'diffDocument', method: 'POST', path: '/config/diff', body: { document: {} } },
  { id: 'publishConfig', method: 'POST', path: '/config/publish', body: { message: 'why' } },
  { id: 'rollbackConfig', method: 'POST', path: '/config/rollback', body: { generation: 1 } },
  { id: 'listGenerations', path: '/config/generations' },
  { id: 'getGeneration', path: '/config/generations/1' },
  { id: 'listConfigAudit', path: '/config/audit' },
  { id: 'importCsv', method: 'POST', path: '/config/import-csv', body: { csv: 'path\na/b\n' } },
  {
    id: 'importKepware',
    method: 'POST',
    path: '/config/import-kepware',
    body: { tags: 'Tag Name\nspeed\n', driverId: 'packaging', deviceId: 'filler', mode: 'replace' },
  },
  { id: 'getPlantSchema', path: '/schema/plant' },
  { id: 'listAudit', path: '/audit?from=2030-01-01T00:00:00Z&user=anna&action=write' },
  { id: 'verifyAudit', path: '/audit/verify' },
  { id: 'listSecrets', path: '/secrets' },
  { id: 'setSecret', method: 'PUT', path: '/secrets/plc', body: { value: 'hunter2' } },
  { id: 'removeSecret', method: 'DELETE', path: '/secrets/broker' },
  { id: 'examine', path: '/doctor' },
  { id: 'shutDown', method: 'POST', path: '/shutdown', status: 202 },
];

function fillWithEverything({ control }: TestServer): void {
  const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer', at: '2030-01-01T00:00:00.000Z' };
  const [device] = driverDetail().devices;
  control.driversById.set(
    'packaging',
    driverDetail({ isolation: 'host', lastError, devices: [{ ...device, lastError }] }),
  );
  control.hostRows = [hostRow()];
  control.badFolderRows = [{ folder: 'packaging/', bad: 2 }];
  control.postMortemsKept = [postMortem()];
  control.services.postMortemsKept = [servicePostMortem()];
  control.services.log({ message: 'hello', serviceId: 'opcua' });
  control.upkeep.kept.set('broker', 'hunter2');
  control.statusNow = gatewayStatus({ mqtt: { connected: true, pending: 0, dropped: 0 } });
  const avoided = [{ what: 'HR 20', points: 1, reason: 'illegal data address', retestInMs: 600_000 }];
  const plan = { requests: [{ what: 'FC3', points: 5, size: 10, gap: 0 }], estimatedCycleMs: 4, avoided };
  control.plans = [{ device: 'filler', scans: [{ scanMs: 1_000, tags: 5, plan }] }];
  const error = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer' };
  control.deviceTests = [
    { device: 'filler', ok: true, durationMs: 3.5, error: null },
    { device: 'capper', ok: false, durationMs: 500, error },
  ];
  control.nodes.set('DB1', [
    { address: 'DB1.DBD0', name: 'speed', dataType: 'float32', writable: false, hasChildren: false },
    { address: 'DB1.recipe', name: 'recipe', dataType: null, writable: null, hasChildren: true },
  ]);
  control.config.findings = [{ path: 'site', rule: 'format', message: 'no', severity: 'warning', line: 1, column: 2 }];
  control.publish({ message: 'hello', driverId: 'packaging', device: 'filler', data: { spawn: 1 } });
  control.log({ message: 'hello', driverId: 'packaging' });
  control.points = [{ sourceAt: '2030-01-01T00:00:01.000Z', value: 1, status: 'Good', statusCode: 0 }];
  control.devices.points = control.points;
  control.audit.rows = [
    auditRow(),
    auditRow({ before: null, after: { generation: 3 }, outcome: 'refused', reason: 'why' }),
  ];
  const flaws = [{ seq: 3, file: 'audit.log', line: 3, message: 'row 3 was changed' }];
  control.audit.verification = { ...control.audit.verification, ok: false, firstBadSeq: 3, flaws };
  control.alarms.journalPage = { rows: [journalRow()], next: '12' };
  control.alarms.rows = [alarmRow(), alarmRow({ driverId: null, device: null, value: null, comment: 'seen' })];
  control.alarms.answer = () => Promise.resolve({ outcome: 'rejected', status: 'BadTimeout', message: 'why' });
  const told = { outcome: 'rejected', status: 'BadMethodInvalid', outputs: [1, 'a', [true]], message: 'why' } as const;
  control.devices.answerCall = () => Promise.resolve(told);
  control.answerWrite = (path) => Promise.resolve({ path, outcome: 'unknown', status: 'BadTimeout', message: 'why' });
}

test.each(examples)(
  '$id answers $method $path as documented',
  async ({ id, path, method = 'GET', body, status = 200, own }) => {
    await using server = await TestServer.start({ withoutToken: id === 'createToken' });
    fillWithEverything(server);
    await server.addUser('ada', 'admin');
    await server.addUser('bob', 'operator', ['packaging/**']);
    const browser = new TestBrowser(server.port);
    if (own) await browser.signIn({ user: 'ada', password: testPassword });
    const asked = { method, body, headers: { accept: 'application/json' } };
    const answer = own ? await browser.call(path, asked) : await call(server.socket, path, asked);
    expect(answer.status).toBe(status);
    const { operation } = operations.find((candidate) => candidate.operation.operationId === id)!;
    const schema = operation.responses[status].content!['application/json'].schema;
    expect(differences(answer.json, schema, schemas)).toEqual([]);
  },
);

test('has an example for every operation but the document itself, the watches, the export, files, and what is tested with sessions', () => {
  const shown = new Set(examples.map(({ id }) => id));
  const missing = operations.map(({ operation }) => operation.operationId).filter((id) => !shown.has(id));
  expect(missing).toEqual([
    'beginOidcSignIn',
    'endOidcSignIn',
    'confirmTotp',
    'endSession',
    'watchTags',
    'watchStreamTags',
    'exportConfig',
    'makeBackup',
    'restoreBackup',
    'getOpenapiDocument',
  ]);
});

test('documents problems and streamed values as they are', async () => {
  await using server = await TestServer.start();
  const refused = await call(server.socket, '/tags/value', { method: 'PUT', body: { path: 'no/such', value: 1 } });
  expect(differences(refused.json, schemas.Problem, schemas)).toEqual([]);
  const stream = new ReceivedEvents(await open(server.socket, '/tags/watch?path=packaging/filler/speed'));
  const { data } = await waitFor(() => stream.events[0], { what: 'a value' });
  expect(differences(data, schemas.WatchedValue, schemas)).toEqual([]);
  stream.message.destroy();
});
