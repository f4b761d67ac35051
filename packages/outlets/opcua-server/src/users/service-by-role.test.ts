import {
  AttributeIds,
  CancelRequest,
  CallMethodRequest,
  DataType,
  HistoryReadRequest,
  MessageSecurityMode,
  MethodIds,
  ObjectIds,
  ReadRawModifiedDetails,
  SecurityPolicy,
  TimestampsToReturn,
  TransferSubscriptionsRequest,
  UserTokenType,
  VariableIds,
  WellKnownRoles,
  type CancelResponse,
  type NodeIdLike,
  type RolePermissionType,
  type UserIdentityInfo,
} from 'node-opcua';
import { mayDo, notAllowed } from '@fieldwarden/gateway-contract';
import type { GatewayActs } from '@fieldwarden/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

const encrypted = { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy: SecurityPolicy.Basic256Sha256 };

const people = ['anonymous', 'viewer', 'operator', 'engineer', 'admin'] as const;

type Person = (typeof people)[number];

/**
 * OPC UA service × role (SPEC §13.2). The operator's area is packaging/**; the others' is everywhere; anonymous clients may read. A row per
 * act: what each of the people is answered.
 */
const table = `
act                                     | anonymous           viewer              operator            engineer            admin
read a value                            | Good                Good                Good                Good                Good
browse a folder                         | Good                Good                Good                Good                Good
translate a browse path                 | Good                Good                Good                Good                Good
monitor a value                         | Good                Good                Good                Good                Good
write in packaging                      | BadUserAccessDenied BadUserAccessDenied Good                Good                Good
write in bottling                       | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good                Good
write another type in bottling          | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadTypeMismatch     BadTypeMismatch
write a read-only tag                   | BadNotWritable      BadNotWritable      BadNotWritable      BadNotWritable      BadNotWritable
write UserAccessLevel                   | BadNotWritable      BadNotWritable      BadNotWritable      BadNotWritable      BadNotWritable
read UserRolePermissions                | Good                Good                Good                Good                Good
read RolePermissions                    | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
read history                            | BadHistoryOperationUnsupported BadHistoryOperationUnsupported BadHistoryOperationUnsupported BadHistoryOperationUnsupported BadHistoryOperationUnsupported
call a method of a tag                  | BadMethodInvalid    BadMethodInvalid    BadMethodInvalid    BadMethodInvalid    BadMethodInvalid
restart a driver                        | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good                Good
publish the draft                       | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good                Good
cancel a request                        | Good                Good                Good                Good                Good
read the diagnostics of all sessions    | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
read the security diagnostics           | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
read the diagnostics of subscriptions   | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
read a session's own diagnostics object | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
browse a session's diagnostics object   | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
monitor the diagnostics of all sessions | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
turn the diagnostics off                | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
read who has a role                     | BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied BadUserAccessDenied Good
take an operator's subscription over    | BadUserAccessDenied BadUserAccessDenied Good                BadUserAccessDenied BadUserAccessDenied
`;

const rows = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('|'))
  .map(([act, answers]): readonly [string, readonly string[]] => [act.trim(), answers.trim().split(/\s+/)]);

/** Does what it is told by who may, as the gateway does. */
const gatewayActs: GatewayActs = {
  drivers: () => Promise.resolve([]),
  driver: ({ driverId }, { principal }) =>
    mayDo(principal, 'operate')
      ? Promise.resolve({ driverId, type: 'modbus', state: 'Healthy' })
      : Promise.reject(notAllowed(principal, 'operate')),
  publish: (_, { principal }) =>
    mayDo(principal, 'publish') ? Promise.resolve({ generation: 2 }) : Promise.reject(notAllowed(principal, 'publish')),
  rollback: () => Promise.resolve({ generation: 2 }),
};

let gateway: TestOutlet;
const clients = new Map<Person, TestClient>();

beforeAll(async () => {
  gateway = await TestOutlet.start(
    [
      tag('packaging/setpoint', { scalar: 'float32' }, { access: 'read-write' }),
      tag('bottling/setpoint', { scalar: 'float32' }, { access: 'read-write' }),
      tag('bottling/speed', { scalar: 'float32' }),
      tag('_system/drivers/plc/state', { scalar: 'string' }),
    ],
    { anonymous: 'viewer', securityPolicies: ['Basic256Sha256'], trustsClients: true, acts: gatewayActs },
  );
  for (const path of ['packaging/setpoint', 'bottling/setpoint', 'bottling/speed']) {
    gateway.store.set(gateway.handle(path), 1);
  }
  for (const person of people) clients.set(person, await connect(person));
});

afterAll(async () => {
  for (const client of clients.values()) await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

async function connect(person: Person): Promise<TestClient> {
  if (person === 'anonymous') return await TestClient.connect(gateway, encrypted);
  const areas = person === 'operator' ? ['packaging/**'] : ['**'];
  gateway.desk.set(person, { password: 'right', role: person, areas });
  const user: UserIdentityInfo = { type: UserTokenType.UserName, userName: person, password: 'right' };
  return await TestClient.connect(gateway, { ...encrypted, user });
}

const arrays = {
  sessions: VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray,
  security: VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray,
  subscriptions: VariableIds.Server_ServerDiagnostics_SubscriptionDiagnosticsArray,
};

/** WellKnownRole_Operator_Identities; the library has no name for it. */
const operatorIdentities = 16_225;

const float = { dataType: DataType.Float, value: 2 };

/** How each act is done, and the name of the status that answers it. */
const acts: Readonly<Record<string, (client: TestClient) => Promise<string>>> = {
  'read a value': (client) => read(client, client.id('bottling/speed')),
  'browse a folder': (client) => browse(client, client.id('bottling')),
  'translate a browse path': async ({ session }) =>
    (
      await session.translateBrowsePath({
        startingNode: `i=${ObjectIds.ObjectsFolder}`,
        relativePath: { elements: [{ referenceTypeId: 'i=35', targetName: { name: 'bottling', namespaceIndex: 2 } }] },
      } as never)
    ).statusCode.name,
  'monitor a value': (client) => monitor(client, client.id('bottling/speed')),
  'write in packaging': (client) => write(client, client.id('packaging/setpoint'), float),
  'write in bottling': (client) => write(client, client.id('bottling/setpoint'), float),
  'write another type in bottling': (client) =>
    write(client, client.id('bottling/setpoint'), { dataType: DataType.String, value: 'x' }),
  'write a read-only tag': (client) => write(client, client.id('bottling/speed'), float),
  'write UserAccessLevel': (client) =>
    write(client, client.id('packaging/setpoint'), { dataType: DataType.Byte, value: 3 }, AttributeIds.UserAccessLevel),
  'read UserRolePermissions': (client) =>
    read(client, client.id('packaging/setpoint'), AttributeIds.UserRolePermissions),
  'read RolePermissions': (client) => read(client, client.id('packaging/setpoint'), AttributeIds.RolePermissions),
  'read history': async (client) => {
    const request = new HistoryReadRequest({
      historyReadDetails: new ReadRawModifiedDetails({ startTime: new Date(0), endTime: new Date() }),
      nodesToRead: [{ nodeId: client.id('bottling/speed') }],
      timestampsToReturn: TimestampsToReturn.Both,
    });
    return (await client.session.historyRead(request)).results![0].statusCode.name;
  },
  'call a method of a tag': async (client) => {
    const methodId = `i=${MethodIds.Server_GetMonitoredItems}`;
    const request = new CallMethodRequest({ objectId: client.id('bottling/speed'), methodId });
    return (await client.session.call(request)).statusCode.name;
  },
  'restart a driver': (client) => act(client, 'Drivers/plc', 'restart'),
  'publish the draft': (client) => {
    return act(client, 'Configuration', 'publish', [{ dataType: DataType.String, value: 'from afar' }]);
  },
  'cancel a request': async ({ session }) => {
    const asking = session as unknown as { performMessageTransaction(request: CancelRequest): Promise<CancelResponse> };
    const { responseHeader } = await asking.performMessageTransaction(new CancelRequest({ requestHandle: 4_711 }));
    return responseHeader.serviceResult.name;
  },
  'read the diagnostics of all sessions': (client) => read(client, `i=${arrays.sessions}`),
  'read the security diagnostics': (client) => read(client, `i=${arrays.security}`),
  'read the diagnostics of subscriptions': (client) => read(client, `i=${arrays.subscriptions}`),
  "read a session's own diagnostics object": (client) =>
    read(client, client.session.sessionId, AttributeIds.DisplayName),
  "browse a session's diagnostics object": (client) => browse(client, client.session.sessionId),
  'monitor the diagnostics of all sessions': (client) => monitor(client, `i=${arrays.sessions}`),
  'turn the diagnostics off': async (client) => {
    const nodeId = `i=${VariableIds.Server_ServerDiagnostics_EnabledFlag}`;
    const status = await write(client, nodeId, { dataType: DataType.Boolean, value: false });
    if (status === 'Good') await write(client, nodeId, { dataType: DataType.Boolean, value: true });
    return status;
  },
  'read who has a role': (client) => read(client, `i=${operatorIdentities}`),
  "take an operator's subscription over": async ({ session }) => {
    await using owner = await connect('operator');
    const subscription = await owner.subscribe();
    const request = new TransferSubscriptionsRequest({ subscriptionIds: [subscription.subscriptionId] });
    const { results } = await (session as unknown as Transferring).transferSubscriptions(request);
    return results[0].statusCode.name;
  },
};

interface Transferring {
  transferSubscriptions(
    request: TransferSubscriptionsRequest,
  ): Promise<{ results: { statusCode: { name: string } }[] }>;
}

async function act(
  { session }: TestClient,
  object: string,
  method: string,
  inputArguments: object[] = [],
): Promise<string> {
  const [objectId, methodId] = [`ns=3;s=${object}`, `ns=3;s=${object}/${method}`];
  return (await session.call(new CallMethodRequest({ objectId, methodId, inputArguments }))).statusCode.name;
}

async function read({ session }: TestClient, nodeId: NodeIdLike, attributeId = AttributeIds.Value): Promise<string> {
  return (await session.read({ nodeId, attributeId })).statusCode.name;
}

async function write(
  { session }: TestClient,
  nodeId: NodeIdLike,
  value: object,
  attributeId = AttributeIds.Value,
): Promise<string> {
  return (await session.write({ nodeId, attributeId, value: { value } } as never)).name;
}

async function browse({ session }: TestClient, nodeId: NodeIdLike): Promise<string> {
  const { statusCode, references } = await session.browse({ nodeId, resultMask: 63 } as never);
  return statusCode.isGood() && (references ?? []).length === 0 ? 'nothing' : statusCode.name;
}

async function monitor(client: TestClient, nodeId: NodeIdLike): Promise<string> {
  const subscription = await client.subscribe();
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 1_000, queueSize: 1, discardOldest: true },
    TimestampsToReturn.Both,
  );
  await subscription.terminate();
  return item.statusCode.name;
}

test('every act of the table is done here, and none besides', () => {
  expect(rows.map(([act]) => act)).toEqual(Object.keys(acts));
});

test.each(rows)('%s', async (act, answers) => {
  const said: string[] = [];
  for (const person of people) said.push(await acts[act](clients.get(person)!));
  expect(said).toEqual(answers);
});

test('attributes say what each one may do with a tag in its area and outside (OPC 10000-3, 5.6.2, 5.2.9)', async () => {
  const said: Record<string, unknown> = {};
  for (const [person, client] of clients) {
    said[person] = [await accessLevel(client, 'packaging/setpoint'), await accessLevel(client, 'bottling/setpoint')];
  }
  expect(said).toEqual({
    anonymous: [1, 1],
    viewer: [1, 1],
    operator: [3, 1],
    engineer: [3, 3],
    admin: [3, 3],
  });
  expect((await clients.get('viewer')!.read('bottling/setpoint', AttributeIds.AccessLevel)).value.value).toBe(3);
});

test('people are shown as the roles of the standard, with what they may do here (OPC 10000-18, 4.2)', async () => {
  const said: Record<string, unknown> = {};
  for (const [person, client] of clients) {
    const { value } = await client.read('bottling/setpoint', AttributeIds.UserRolePermissions);
    said[person] = (value.value as RolePermissionType[]).map(
      ({ roleId, permissions }) => `${WellKnownRoles[Number(roleId.value)]} ${permissions}`,
    );
  }
  const [seen, written, known] = [1 | 32, 1 | 32 | 64, 1 | 2 | 32 | 64];
  expect(said).toEqual({
    anonymous: [`Anonymous ${seen}`],
    viewer: [`Observer ${seen}`],
    operator: [`Observer ${seen}`, `Operator ${seen}`],
    engineer: [`Observer ${written}`, `Operator ${written}`, `Engineer ${written}`],
    admin: ['Observer', 'Operator', 'Engineer', 'ConfigureAdmin', 'SecurityAdmin'].map((role) => `${role} ${known}`),
  });
  const { value } = await clients.get('admin')!.read('bottling/setpoint', AttributeIds.RolePermissions);
  expect((value.value as RolePermissionType[]).map(({ roleId, permissions }) => [roleId.value, permissions])).toEqual([
    [WellKnownRoles.Observer, seen],
    [WellKnownRoles.Operator, written],
    [WellKnownRoles.Engineer, written],
    [WellKnownRoles.SecurityAdmin, known],
    [WellKnownRoles.ConfigureAdmin, known],
    [WellKnownRoles.Anonymous, seen],
  ]);
});

test('nobody but an administrator sees in the tree who else has a session', async () => {
  const seen: Record<string, boolean> = {};
  for (const [person, { session }] of clients) {
    const nodeId = `i=${ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary}`;
    const { references } = await session.browse(nodeId);
    seen[person] = (references ?? []).some((reference) => reference.nodeId.namespace === 1);
  }
  expect(seen).toEqual({ anonymous: false, viewer: false, operator: false, engineer: false, admin: true });
});

async function accessLevel(client: TestClient, path: string): Promise<unknown> {
  return (await client.read(path, AttributeIds.UserAccessLevel)).value.value;
}
