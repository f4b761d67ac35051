import { GatewayError } from '@fieldwarden/core';
import { mayDo, notAllowed, type Alarm, type AlarmActRequest, type Origin } from '@fieldwarden/gateway-contract';
import type { AlarmActAnswer, AlarmDesk } from '@fieldwarden/service';
import { MemoryAlarmFeed, sampleAlarm, waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  CallMethodRequest,
  constructEventFilter,
  DataType,
  FilterOperator,
  LiteralOperand,
  makeNodeId,
  MessageSecurityMode,
  ofType,
  SecurityPolicy,
  SimpleAttributeOperand,
  TimestampsToReturn,
  UserTokenType,
  type ClientSubscription,
  type ContentFilterOptions,
  type EventFilter,
  type UserIdentityInfo,
  type Variant,
} from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';
import { conditionIdOf } from './condition-id.js';
import { stateOf } from './event-ids.js';

const encrypted = { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy: SecurityPolicy.Basic256Sha256 };

/** The gateway's book as far as an outlet sees it: who may, and an answer that the test says. */
class BookDesk implements AlarmDesk {
  readonly done: { readonly request: AlarmActRequest; readonly origin: Origin }[] = [];
  answer: (request: AlarmActRequest, origin: Origin) => AlarmActAnswer = () => ({ outcome: 'done', status: 'Good' });

  act(request: AlarmActRequest, origin: Origin): Promise<AlarmActAnswer> {
    if (!mayDo(origin.principal, 'acknowledge', speed)) {
      return Promise.reject(notAllowed(origin.principal, 'acknowledge', speed));
    }
    this.done.push({ request, origin });
    return Promise.resolve(this.answer(request, origin));
  }
}

const speed = 'packaging/filler/speed';
const desk = new BookDesk();
const feed = new MemoryAlarmFeed();

const hot = (overrides: Partial<Alarm> = {}): Alarm =>
  sampleAlarm({
    conditionId: 'filler-hot',
    eventId: 'hot-1',
    source: speed,
    area: 'packaging/filler',
    message: 'Filler is hot',
    severity: 700,
    priority: 'high',
    limitState: 'high',
    quality: 'Good',
    value: 85,
    at: '2030-01-01T00:00:01.000Z',
    ...overrides,
  });

let gateway: TestOutlet;
let everything: Watched;
const clients: Record<'otto' | 'bodo' | 'nobody', TestClient> = {} as never;

beforeAll(async () => {
  const tags = [
    tag(speed, { scalar: 'float32' }),
    tag('packaging/door', { scalar: 'bool' }),
    tag('bottling/level', { scalar: 'float32' }),
  ];
  gateway = await TestOutlet.start(tags, {
    anonymous: 'viewer',
    securityPolicies: ['Basic256Sha256'],
    trustsClients: true,
    book: { feed, desk },
  });
  gateway.desk.set('otto', { password: 'right', role: 'operator', areas: ['packaging/**'] });
  gateway.desk.set('bodo', { password: 'right', role: 'operator', areas: ['bottling/**'] });
  for (const userName of ['otto', 'bodo'] as const) {
    const user: UserIdentityInfo = { type: UserTokenType.UserName, userName, password: 'right' };
    clients[userName] = await TestClient.connect(gateway, { ...encrypted, user });
  }
  clients.nobody = await TestClient.connect(gateway, encrypted);
  everything = await watch(clients.nobody);
}, 60_000);

afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client[Symbol.asyncDispose]()));
  await gateway[Symbol.asyncDispose]();
});

beforeEach(async () => {
  desk.done.length = 0;
  desk.answer = () => ({ outcome: 'done', status: 'Good' });
  const alarms = present();
  everything.rows.length = 0;
  for (const alarm of alarms) feed.tell({ ...alarm, active: false, acknowledged: true, retain: false });
  const isOver = () => everything.rows.filter((row) => row.Retain === false).length >= alarms.length;
  await waitFor(isOver, { what: 'the end of the alarms before', timeoutMs: 20_000 });
});

function present(): readonly Alarm[] {
  const alarms: Alarm[] = [];
  feed.follow((alarm) => void alarms.push(alarm))[Symbol.dispose]();
  return alarms;
}

type Row = Readonly<Record<string, unknown>>;

interface Watched {
  readonly rows: Row[];
  readonly subscription: ClientSubscription;
  readonly monitoredItemId: number;
}

const usual = ['EventId', 'EventType', 'ConditionName', 'Retain', 'ActiveState.Id', 'AckedState.Id'];

interface WatchOptions {
  readonly nodeId?: string;
  readonly fields?: readonly string[];
  readonly where?: ContentFilterOptions;
  readonly queueSize?: number;
}

/** Each event as a row of the fields, and `conditionId`. */
async function watch(
  client: TestClient,
  { nodeId = 'i=2253', fields = usual, where, queueSize = 1_000 }: WatchOptions = {},
): Promise<Watched> {
  const filter: EventFilter = constructEventFilter([...fields], where);
  filter.selectClauses!.push(
    new SimpleAttributeOperand({ typeDefinitionId: makeNodeId(2782), attributeId: AttributeIds.NodeId }),
  );
  const subscription = await client.subscribe();
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  const rows: Row[] = [];
  item.on('changed', (told: unknown) => {
    const values = (told as Variant[]).map((variant) => plain(variant));
    rows.push(Object.fromEntries([...fields, 'conditionId'].map((name, i) => [name, values[i]])));
  });
  return { rows, subscription, monitoredItemId: item.monitoredItemId! };
}

/** As a person would write it down. */
function plain({ dataType, value }: Variant): unknown {
  if (value === null || value === undefined) return null;
  if (dataType === DataType.LocalizedText) return (value as { text: string }).text;
  if (dataType === DataType.NodeId || dataType === DataType.StatusCode) return String(value);
  if (dataType === DataType.ByteString) return stateOf((value as Buffer).toString());
  return value instanceof Date ? value.toISOString() : value;
}

const eventually = (rows: readonly Row[], count: number) =>
  waitFor(() => rows.length >= count, { what: `${count} events`, timeoutMs: 20_000 });

const conditionId = (alarm: Alarm): string => `ns=2;s=${conditionIdOf(alarm)}`;

async function call(client: TestClient, method: number, inputs: readonly object[], objectId = conditionId(hot())) {
  const request = new CallMethodRequest({ objectId, methodId: makeNodeId(method), inputArguments: [...inputs] });
  return (await client.session.call(request)).statusCode.name;
}

const bytes = (value: string) => ({ dataType: DataType.ByteString, value: Buffer.from(value) });
const words = (text: string) => ({ dataType: DataType.LocalizedText, value: { text } });
const duration = (value: number) => ({ dataType: DataType.Double, value });

describe('events of conditions (§10.1)', () => {
  test('have what a client selects, by the type of the condition', async () => {
    const fields = [
      'EventId', 'EventType', 'SourceNode', 'SourceName', 'Time', 'Message', 'Severity', 'ConditionClassName', 'ConditionName', 'BranchId',
      'Retain', 'EnabledState', 'EnabledState.Id', 'AckedState.Id', 'ConfirmedState.Id', 'ActiveState', 'ActiveState.Id',
      'SuppressedOrShelved', 'ShelvingState.CurrentState', 'ShelvingState.UnshelveTime', 'Quality', 'LastSeverity', 'Comment', 'ClientUserId',
      'LimitState.CurrentState', 'LimitState.CurrentState.Id', 'NothingLikeIt',
    ]; // prettier-ignore
    const { rows, subscription } = await watch(clients.otto, { fields });
    feed.tell(hot());
    await eventually(rows, 1);
    expect(rows).toEqual([
      {
        EventId: 'hot-1',
        EventType: 'ns=0;i=9482',
        SourceNode: `ns=2;s=${speed}`,
        SourceName: speed,
        Time: '2030-01-01T00:00:01.000Z',
        Message: 'Filler is hot',
        Severity: 700,
        ConditionClassName: 'ProcessConditionClassType',
        ConditionName: 'filler-hot',
        BranchId: 'ns=0;i=0',
        Retain: true,
        EnabledState: 'Enabled',
        'EnabledState.Id': true,
        'AckedState.Id': false,
        'ConfirmedState.Id': true,
        ActiveState: 'Active',
        'ActiveState.Id': true,
        SuppressedOrShelved: false,
        'ShelvingState.CurrentState': 'Unshelved',
        'ShelvingState.UnshelveTime': 0,
        Quality: 'Good (0x00000000)',
        LastSeverity: 700,
        Comment: null,
        ClientUserId: '',
        'LimitState.CurrentState': 'High',
        'LimitState.CurrentState.Id': 'ns=0;i=9331',
        NothingLikeIt: null,
        conditionId: conditionId(hot()),
      },
    ]);
    await subscription.terminate();
  });

  test('are of the type that says most, and end with Retain false', async () => {
    const { rows, subscription } = await watch(clients.otto);
    feed.tell(sampleAlarm({ conditionId: 'door-open', source: 'packaging/door', area: 'packaging' }));
    feed.tell(sampleAlarm({ conditionId: 'off-scan/filler', driverId: 'plc' }));
    feed.tell(sampleAlarm({ conditionId: 'c', driverId: 'plc', device: 'filler', source: 'sine' }));
    feed.tell(hot());
    feed.tell(hot({ active: false, acknowledged: true, retain: false, limitState: null, eventId: 'hot-2' }));
    await eventually(rows, 5);
    expect(rows.map(({ ConditionName: name, EventType: type, Retain: retain }) => [name, type, retain])).toEqual([
      ['door-open', 'ns=0;i=10637', true],
      ['off-scan/filler', 'ns=0;i=11753', true],
      ['c', 'ns=0;i=2915', true],
      ['filler-hot', 'ns=0;i=9482', true],
      ['filler-hot', 'ns=0;i=9482', false],
    ]);
    await subscription.terminate();
  });

  test('pass a where clause by type and severity', async () => {
    const literal = (dataType: DataType, value: unknown) => new LiteralOperand({ value: { dataType, value } });
    const severity = new SimpleAttributeOperand({
      typeDefinitionId: makeNodeId(2041),
      browsePath: [{ name: 'Severity' }],
      attributeId: AttributeIds.Value,
    });
    const level = await watch(clients.otto, { where: ofType('ExclusiveLevelAlarmType') as never });
    const urgent = await watch(clients.otto, {
      where: {
        elements: [
          {
            filterOperator: FilterOperator.GreaterThanOrEqual,
            filterOperands: [severity, literal(DataType.UInt16, 800)],
          },
        ],
      },
    });
    feed.tell(hot());
    feed.tell(sampleAlarm());
    await eventually(level.rows, 1);
    await eventually(urgent.rows, 1);
    expect(level.rows.map((row) => row.ConditionName)).toEqual(['filler-hot']);
    expect(urgent.rows.map((row) => row.ConditionName)).toEqual(['restart-storm']);
    await level.subscription.terminate();
    await urgent.subscription.terminate();
  });

  test('of a folder are those of its area', async () => {
    expect((await clients.otto.read('packaging', AttributeIds.EventNotifier)).value.value).toBe(1);
    const own = await watch(clients.otto, { nodeId: 'ns=2;s=packaging' });
    const other = await watch(clients.otto, { nodeId: 'ns=2;s=bottling' });
    feed.tell(hot());
    feed.tell(sampleAlarm({ conditionId: 'level', source: 'bottling/level', area: 'bottling' }));
    await eventually(own.rows, 1);
    await eventually(other.rows, 1);
    expect(own.rows.map((row) => row.ConditionName)).toEqual(['filler-hot']);
    expect(other.rows.map((row) => row.ConditionName)).toEqual(['level']);
    await own.subscription.terminate();
    await other.subscription.terminate();
  });

  test(
    'come all where 500 come at once, and one each where each changes again meanwhile',
    { timeout: 60_000 },
    async () => {
      const { rows, subscription } = await watch(clients.otto);
      const many = Array.from({ length: 500 }, (_, i) => hot({ conditionId: `hot-${i}`, eventId: `first-${i}` }));
      for (const alarm of many) feed.tell(alarm);
      for (const alarm of many.slice(200)) feed.tell({ ...alarm, eventId: `last-${alarm.conditionId}` });
      await eventually(rows, 500);
      const last = new Map(rows.map((row) => [row.ConditionName, row.EventId]));
      expect(last.size).toBe(500);
      expect(last.get('hot-0')).toBe('first-0');
      expect(last.get('hot-499')).toBe('last-hot-499');
      expect(rows).toHaveLength(500);
      await subscription.terminate();
    },
  );
});

describe('ConditionRefresh (§10.1)', () => {
  const refresh = (client: TestClient, method: number, ...ids: number[]) =>
    call(
      client,
      method,
      ids.map((value) => ({ dataType: DataType.UInt32, value })),
      'i=2782',
    );

  const brackets = ['ns=0;i=2787', 'ns=0;i=2788'];

  test('tells what is of interest between its two ends, to who asks alone', async () => {
    const before = everything.rows.length;
    feed.tell(hot());
    feed.tell(sampleAlarm());
    await eventually(everything.rows, before + 2);
    const asker = await watch(clients.otto);
    const other = await watch(clients.otto);
    const folder = await watch(clients.otto, { nodeId: 'ns=2;s=packaging' });
    expect(await refresh(clients.otto, 3875, asker.subscription.subscriptionId)).toBe('Good');
    await eventually(asker.rows, 4);
    expect(asker.rows.map((row) => row.ConditionName)).toEqual([null, 'filler-hot', 'restart-storm', null]);
    expect([asker.rows[0].EventType, asker.rows[3].EventType]).toEqual(brackets);
    const { subscriptionId } = folder.subscription;
    expect(await refresh(clients.otto, 12912, subscriptionId, folder.monitoredItemId)).toBe('Good');
    await eventually(folder.rows, 3);
    expect(folder.rows.map((row) => row.ConditionName)).toEqual([null, 'filler-hot', null]);
    expect(other.rows).toEqual([]);
    expect(asker.rows).toHaveLength(4);
    expect(await refresh(clients.otto, 3875, 4_711)).toBe('BadSubscriptionIdInvalid');
    for (const { subscription } of [asker, other, folder]) await subscription.terminate();
  });

  test('tells 500 alarms whole', { timeout: 60_000 }, async () => {
    const before = everything.rows.length;
    for (let i = 0; i < 500; i += 1) feed.tell(hot({ conditionId: `hot-${i}` }));
    await eventually(everything.rows, before + 500);
    const { rows, subscription } = await watch(clients.otto);
    await refresh(clients.otto, 3875, subscription.subscriptionId);
    await eventually(rows, 502);
    expect(rows).toHaveLength(502);
    await subscription.terminate();
  });
});

describe('what people do about conditions (§18.5)', () => {
  beforeEach(() => feed.tell(hot()));

  test.each([
    [
      'Acknowledge',
      9111,
      [bytes('hot-1'), words('on my way')],
      { act: 'acknowledge', eventId: 'hot-1', comment: 'on my way' },
    ],
    ['Confirm', 9113, [bytes('hot-1'), words('')], { act: 'confirm', eventId: 'hot-1' }],
    ['AddComment', 9029, [bytes('hot-1'), words('noisy')], { act: 'comment', comment: 'noisy' }],
    ['Enable', 9027, [], { act: 'enable' }],
    ['Disable', 9028, [], { act: 'disable' }],
    ['TimedShelve', 2949, [duration(60_000)], { act: 'shelve', forMs: 60_000 }],
    ['OneShotShelve', 2948, [], { act: 'shelve-once', forMs: undefined }],
    ['Unshelve', 2947, [], { act: 'unshelve' }],
    ['TimedShelve2', 24756, [duration(5), words('noisy')], { act: 'shelve', forMs: 5, comment: 'noisy' }],
  ] as const)('%s is asked of the gateway, for the user of the session', async (_, method, inputs, wanted) => {
    expect(await call(clients.otto, method, inputs)).toBe('Good');
    const [{ request, origin }] = desk.done;
    expect(request).toMatchObject({ driverId: null, device: null, conditionId: 'filler-hot', ...wanted });
    expect(origin).toMatchObject({ via: 'opcua', principal: { name: 'otto' } });
    expect(origin.correlationId).toMatch(/^opcua-/);
  });

  test('is refused to who may not there, and to clients without a name', async () => {
    expect(await call(clients.bodo, 9111, [bytes('hot-1'), words('')])).toBe('BadUserAccessDenied');
    expect(await call(clients.nobody, 9111, [bytes('hot-1'), words('')])).toBe('BadUserAccessDenied');
    expect(desk.done).toEqual([]);
  });

  test.each([
    'BadEventIdUnknown',
    'BadConditionBranchAlreadyAcked',
    'BadConditionAlreadyShelved',
    'BadShelvingTimeOutOfRange',
  ])('is answered as the gateway answers: %s', async (status) => {
    desk.answer = () => ({ outcome: 'rejected', status });
    expect(await call(clients.otto, 2949, [duration(1)])).toBe(status);
  });

  test.each([
    ['ALARM_UNKNOWN', 'BadNodeIdUnknown'],
    ['ALARM_ACT', 'BadNotSupported'],
    ['ALARM_NOTE_REQUIRED', 'BadInvalidArgument'],
  ])('%s of the gateway is %s', async (code, status) => {
    desk.answer = () => {
      throw new GatewayError({ code, kind: 'config', message: 'no' });
    };
    expect(await call(clients.otto, 9027, [])).toBe(status);
  });

  test('an event that says the same as the present one counts for it; one of another situation does not', async () => {
    feed.tell(hot({ eventId: 'hot-2', comment: 'seen by somebody' }));
    await call(clients.otto, 9111, [bytes('hot-1'), words('')]);
    feed.tell(hot({ eventId: 'hot-3', limitState: 'highHigh' }));
    await call(clients.otto, 9111, [bytes('hot-1'), words('')]);
    await call(clients.otto, 9111, [bytes('no such'), words('')]);
    expect(desk.done.map(({ request }) => request.eventId)).toEqual(['hot-2', 'hot-1', 'no such']);
  });

  test('is told to all, with who it was', async () => {
    const { rows, subscription } = await watch(clients.nobody, {
      fields: ['ClientUserId', 'Comment', 'AckedState.Id'],
    });
    await call(clients.otto, 9111, [bytes('hot-1'), words('on my way')]);
    feed.tell(hot({ eventId: 'hot-2', acknowledged: true, comment: 'on my way' }));
    await eventually(rows, 1);
    expect(rows[0]).toMatchObject({ ClientUserId: 'otto', Comment: 'on my way', 'AckedState.Id': true });
    await subscription.terminate();
  });

  test('wants its arguments, and a method that conditions have', async () => {
    expect(await call(clients.otto, 9111, [bytes('hot-1')])).toBe('BadArgumentsMissing');
    expect(await call(clients.otto, 9027, [words('')])).toBe('BadTooManyArguments');
    expect(await call(clients.otto, 2949, [words('soon')])).toBe('BadInvalidArgument');
    expect(await call(clients.otto, 3875, [])).toBe('BadMethodInvalid');
    expect(desk.done).toEqual([]);
  });
});

test('a server whose plant wants no conditions has none', async () => {
  await using without = await TestOutlet.start([tag(speed, { scalar: 'float32' })], {
    alarms: false,
    book: { feed, desk },
  });
  await using client = await TestClient.connect(without);
  expect((await client.read('packaging', AttributeIds.EventNotifier)).value.value).toBe(0);
  expect(await call(client, 9027, [])).toBe('BadNodeIdUnknown');
});
