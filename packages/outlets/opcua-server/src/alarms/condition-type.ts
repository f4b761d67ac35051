import type { Alarm } from '@fieldwarden/gateway-contract';
import { makeNodeId, type NodeId } from 'node-opcua';

/** A type of OPC 10000-9 that the gateway's alarms are instances of. */
export interface ConditionType {
  readonly nodeId: NodeId;
  readonly name: 'AlarmConditionType' | 'ExclusiveLevelAlarmType' | 'OffNormalAlarmType' | 'SystemOffNormalAlarmType';
}

const alarmCondition: ConditionType = { nodeId: makeNodeId(2915), name: 'AlarmConditionType' };
const exclusiveLevel: ConditionType = { nodeId: makeNodeId(9482), name: 'ExclusiveLevelAlarmType' };
const offNormal: ConditionType = { nodeId: makeNodeId(10637), name: 'OffNormalAlarmType' };
const systemOffNormal: ConditionType = { nodeId: makeNodeId(11753), name: 'SystemOffNormalAlarmType' };

/** What is known of a condition beside its alarm. */
export interface ConditionFacts {
  /** It has been at a limit. */
  readonly hasLimits: boolean;
  /** Its source is a tag of type bool. */
  readonly isDiscrete: boolean;
}

export function conditionTypeOf(alarm: Alarm, { hasLimits, isDiscrete }: ConditionFacts): ConditionType {
  if (alarm.device !== null) return alarmCondition;
  if (!isOfPlant(alarm)) return systemOffNormal;
  if (hasLimits) return exclusiveLevel;
  return isDiscrete ? offNormal : alarmCondition;
}

/** True for what the plant defines; false for what the gateway, a service or a device raises. */
export function isOfPlant({ driverId, device, source, area }: Alarm): boolean {
  return driverId === null && device === null && (source !== '' || area !== null);
}
