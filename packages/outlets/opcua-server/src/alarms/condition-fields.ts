import type { Alarm, LimitState } from '@fieldwarden/gateway-contract';
import {
  coerceLocalizedText,
  DataType,
  makeNodeId,
  NodeId,
  StatusCodes,
  Variant,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { isOfPlant, type ConditionType } from './condition-type.js';

/** One state of one condition, as clients are told of it. */
export interface ConditionNews {
  readonly alarm: Alarm;
  /** As clients see it: another one for each event. */
  readonly eventId: string;
  readonly type: ConditionType;
  readonly conditionId: NodeId;
  readonly sourceNode: NodeId;
  readonly sourceName: string;
  /** When it became so, and when that was heard here; ms since 1970 UTC. */
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly lastSeverity: number;
  /** Who acted on it last by this server; empty where nobody did. */
  readonly user: string;
}

type Field = (news: ConditionNews) => Variant;

const boolean = (value: boolean): Variant => new Variant({ dataType: DataType.Boolean, value });
const text = (value: string): Variant =>
  new Variant({ dataType: DataType.LocalizedText, value: coerceLocalizedText(value) });
const string = (value: string): Variant => new Variant({ dataType: DataType.String, value });
const number = (dataType: DataType.UInt16 | DataType.Double, value: number): Variant =>
  new Variant({ dataType, value });
const nodeId = (value: NodeId): Variant => new Variant({ dataType: DataType.NodeId, value });
const time = (ms: number): Variant => new Variant({ dataType: DataType.DateTime, value: new Date(ms) });
const status = (value: UaStatusCode): Variant => new Variant({ dataType: DataType.StatusCode, value });

/** A two-state variable and its Id (OPC 10000-9, 5.2). */
function twoStates(name: string, is: (alarm: Alarm) => boolean, yes: string, no: string): Record<string, Field> {
  return {
    [name]: ({ alarm }) => text(is(alarm) ? yes : no),
    [`${name}.Id`]: ({ alarm }) => boolean(is(alarm)),
  };
}

/** States of ExclusiveLimitStateMachineType (OPC 10000-9, 5.8.19.2). */
const limitStateNodes: Readonly<Record<LimitState, readonly [id: number, name: string]>> = {
  highHigh: [9329, 'HighHigh'],
  high: [9331, 'High'],
  low: [9333, 'Low'],
  lowLow: [9335, 'LowLow'],
};

/** States of ShelvedStateMachineType (OPC 10000-9, 5.8.17). */
const unshelved = [2930, 'Unshelved'] as const;
const timedShelved = [2932, 'TimedShelved'] as const;
const oneShotShelved = [2933, 'OneShotShelved'] as const;

function shelvingOf({ shelved, shelvedOnce }: Alarm): readonly [id: number, name: string] {
  if (!shelved) return unshelved;
  return shelvedOnce ? oneShotShelved : timedShelved;
}

/** As the book allows. */
const maxTimeShelvedMs = 8 * 3_600_000;

/** ProcessConditionClassType and SystemConditionClassType (OPC 10000-9, 5.9). */
const processClass = [11164, 'ProcessConditionClassType'] as const;
const systemClass = [11166, 'SystemConditionClassType'] as const;
const classOf = (alarm: Alarm) => (isOfPlant(alarm) || alarm.device !== null ? processClass : systemClass);

/** By browse path, for the types of `condition-type.ts` (OPC 10000-5, 6.4; OPC 10000-9, 5.5 to 5.8). */
const fields: Readonly<Record<string, Field>> = {
  EventId: ({ eventId }) => new Variant({ dataType: DataType.ByteString, value: Buffer.from(eventId) }),
  EventType: ({ type }) => nodeId(type.nodeId),
  SourceNode: ({ sourceNode }) => nodeId(sourceNode),
  SourceName: ({ sourceName }) => string(sourceName),
  Time: ({ atMs }) => time(atMs),
  ReceiveTime: ({ receivedAtMs }) => time(receivedAtMs),
  Message: ({ alarm }) => text(alarm.message),
  Severity: ({ alarm }) => number(DataType.UInt16, alarm.severity),
  ConditionClassId: ({ alarm }) => nodeId(makeNodeId(classOf(alarm)[0])),
  ConditionClassName: ({ alarm }) => text(classOf(alarm)[1]),
  ConditionName: ({ alarm }) => string(alarm.conditionId),
  BranchId: () => nodeId(NodeId.nullNodeId),
  Retain: ({ alarm }) => boolean(alarm.retain),
  ...twoStates('EnabledState', ({ enabled }) => enabled, 'Enabled', 'Disabled'),
  Quality: ({ alarm }) => status(qualityOf(alarm)),
  'Quality.SourceTimestamp': ({ atMs }) => time(atMs),
  LastSeverity: ({ lastSeverity }) => number(DataType.UInt16, lastSeverity),
  'LastSeverity.SourceTimestamp': ({ atMs }) => time(atMs),
  Comment: ({ alarm }) => text(alarm.comment ?? ''),
  'Comment.SourceTimestamp': ({ atMs }) => time(atMs),
  ClientUserId: ({ user }) => string(user),
  ...twoStates('AckedState', ({ acknowledged }) => acknowledged, 'Acknowledged', 'Unacknowledged'),
  ...twoStates('ConfirmedState', ({ confirmed }) => confirmed, 'Confirmed', 'Unconfirmed'),
  ...twoStates('ActiveState', ({ active }) => active, 'Active', 'Inactive'),
  'ActiveState.TransitionTime': ({ alarm }) => time(Date.parse(alarm.at)),
  'ActiveState.EffectiveDisplayName': ({ alarm }) => text(effectiveName(alarm)),
  InputNode: ({ sourceNode, alarm }) => nodeId(isOfPlant(alarm) ? sourceNode : NodeId.nullNodeId),
  ...twoStates('SuppressedState', ({ suppressed }) => suppressed, 'Suppressed', 'Unsuppressed'),
  ...twoStates('OutOfServiceState', ({ outOfService }) => outOfService, 'Out of service', 'In service'),
  ...twoStates('LatchedState', ({ latched }) => latched, 'Latched', 'Unlatched'),
  SuppressedOrShelved: ({ alarm }) => boolean(alarm.suppressed || alarm.outOfService || alarm.shelved),
  'ShelvingState.CurrentState': ({ alarm }) => text(shelvingOf(alarm)[1]),
  'ShelvingState.CurrentState.Id': ({ alarm }) => nodeId(makeNodeId(shelvingOf(alarm)[0])),
  'ShelvingState.UnshelveTime': ({ alarm, receivedAtMs }) => number(DataType.Double, shelvedForMs(alarm, receivedAtMs)),
  MaxTimeShelved: () => number(DataType.Double, maxTimeShelvedMs),
  AudibleEnabled: ({ alarm }) => boolean(alarm.audible),
};

/** Besides, for limit alarms (OPC 10000-9, 5.8.19). */
const limitFields: Readonly<Record<string, Field>> = {
  'LimitState.CurrentState': ({ alarm }) => text(alarm.limitState === null ? '' : limitStateNodes[alarm.limitState][1]),
  'LimitState.CurrentState.Id': ({ alarm }) =>
    nodeId(alarm.limitState === null ? NodeId.nullNodeId : makeNodeId(limitStateNodes[alarm.limitState][0])),
};

/** Besides, for alarms of a state that is not the normal one (OPC 10000-9, 5.8.23): none of the address space says which that is. */
const offNormalFields: Readonly<Record<string, Field>> = { NormalState: () => nodeId(NodeId.nullNodeId) };

const ofType: Readonly<Record<ConditionType['name'], Readonly<Record<string, Field>>>> = {
  AlarmConditionType: fields,
  ExclusiveLevelAlarmType: { ...fields, ...limitFields },
  OffNormalAlarmType: { ...fields, ...offNormalFields },
  SystemOffNormalAlarmType: { ...fields, ...offNormalFields },
};

/** `path`: names of the standard namespace, with points between. Undefined for what the type does not have. */
export function fieldOf(news: ConditionNews, path: string): Variant | undefined {
  const ofThis = ofType[news.type.name];
  return Object.hasOwn(ofThis, path) ? ofThis[path](news) : undefined;
}

function effectiveName({ active, limitState }: Alarm): string {
  if (!active) return 'Inactive';
  return limitState === null ? 'Active' : `Active/${limitStateNodes[limitState][1]}`;
}

function qualityOf({ quality, current }: Alarm): UaStatusCode {
  const known = (StatusCodes as unknown as Partial<Record<string, UaStatusCode>>)[quality ?? 'Good'];
  const said = known ?? StatusCodes.Uncertain;
  return current || said.isNotGood() ? said : StatusCodes.UncertainNoCommunicationLastUsableValue;
}

function shelvedForMs({ shelvedUntil }: Alarm, nowMs: number): number {
  return shelvedUntil === null ? 0 : Math.max(0, Date.parse(shelvedUntil) - nowMs);
}
