import { sessionMembers, type HostMessage, type SupervisorMessage } from '../messages.js';
import {
  commonGatewayShapes,
  commonHostShapes,
  hasShape,
  isArray,
  isBoolean,
  isCount,
  isErrorData,
  isNumber,
  isObject,
  isObjects,
  isString,
  oneOf,
  type Check,
  type Shapes,
} from './shape-checks.js';

const isMembers: Check = (value) => Array.isArray(value) && value.every(oneOf(sessionMembers));

const hostShapes: Shapes<HostMessage> = {
  ...commonHostShapes,
  ready: { members: isMembers, callCredits: isCount },
  result: { call: isCount },
  'update-failed': { subscription: isCount, error: isErrorData },
  rows: { call: isCount, rows: isObjects },
  alarms: { subscription: isCount, events: isObjects, lost: isCount },
  'alarms-failed': { subscription: isCount, error: isErrorData },
};

const supervisorShapes: Shapes<SupervisorMessage> = {
  ...commonGatewayShapes,
  'prepare-plan': {
    plan: isCount,
    purpose: oneOf(['read', 'subscribe']),
    deviceId: isString,
    points: isArray,
    last: isBoolean,
  },
  'drop-plan': { plan: isCount },
  request: { call: isCount, correlationId: isString, remainingMs: isNumber, request: isObject },
  cancel: { call: isCount },
  credits: { subscription: isCount, amount: isCount },
};

export function isHostMessage(value: unknown): value is HostMessage {
  return hasShape(value, hostShapes);
}

export function isSupervisorMessage(value: unknown): value is SupervisorMessage {
  return hasShape(value, supervisorShapes);
}
