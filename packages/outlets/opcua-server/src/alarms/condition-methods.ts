import { isGatewayError, toGatewayError, type GatewayError } from '@fieldwarden/core';
import type { AlarmActName, AlarmActRequest, Principal } from '@fieldwarden/gateway-contract';
import type { AlarmDesk } from '@fieldwarden/service';
import {
  DataType,
  StatusCodes,
  type CallMethodRequest,
  type CallMethodResultOptions,
  type NodeId,
  type StatusCode as UaStatusCode,
  type Variant,
} from 'node-opcua';
import { operationReason } from '../methods/operation-reason.js';
import { originOf } from '../server/write-request.js';
import { uaStatus } from '../values/ua-status.js';
import { conditionNameOf, type ConditionName } from './condition-id.js';
import type { Conditions } from './conditions.js';

type Argument = 'eventId' | 'comment' | 'forMs';

interface ConditionMethod {
  readonly act: AlarmActName;
  readonly takes: readonly Argument[];
}

const shelve: ConditionMethod = { act: 'shelve', takes: ['forMs'] };
const shelveOnce: ConditionMethod = { act: 'shelve-once', takes: [] };
const unshelve: ConditionMethod = { act: 'unshelve', takes: [] };

/** By the number of the type's method (OPC 10000-9, 5.5 to 5.8), which is called with the ConditionId as its object. */
export const conditionMethods: ReadonlyMap<number, ConditionMethod> = new Map([
  [9027, { act: 'enable', takes: [] }],
  [9028, { act: 'disable', takes: [] }],
  [9029, { act: 'comment', takes: ['eventId', 'comment'] }],
  [9111, { act: 'acknowledge', takes: ['eventId', 'comment'] }],
  [9113, { act: 'confirm', takes: ['eventId', 'comment'] }],
  // Of ShelvedStateMachineType, and of ShelvingState of AlarmConditionType.
  [2949, shelve],
  [2948, shelveOnce],
  [2947, unshelve],
  [9213, shelve],
  [9212, shelveOnce],
  [9211, unshelve],
  // Of 1.05, with a comment.
  [24756, { act: 'shelve', takes: ['forMs', 'comment'] }],
  [24758, { act: 'unshelve', takes: ['comment'] }],
  [24760, { act: 'shelve-once', takes: ['comment'] }],
  [18199, { act: 'reset', takes: [] }],
  [24324, { act: 'reset', takes: ['comment'] }],
  [17869, { act: 'out-of-service', takes: [] }],
  [24320, { act: 'out-of-service', takes: ['comment'] }],
  [17870, { act: 'in-service', takes: [] }],
  [24322, { act: 'in-service', takes: ['comment'] }],
] satisfies [number, ConditionMethod][]);

const typeOf: Readonly<Record<Argument, DataType>> = {
  eventId: DataType.ByteString,
  comment: DataType.LocalizedText,
  forMs: DataType.Double,
};

/** Longer ids are no ids of the gateway's. */
const maxEventIdBytes = 2_048;

export interface ConditionMethodsDependencies {
  readonly desk: AlarmDesk;
  readonly conditions: Pick<Conditions, 'presentEventId' | 'actedBy'>;
}

/** What people do about alarms at OPC UA clients: asked of the gateway, which decides who may and keeps the audit (SPEC §18.5). */
export class ConditionMethods {
  readonly #deps: ConditionMethodsDependencies;

  constructor(dependencies: ConditionMethodsDependencies) {
    this.#deps = dependencies;
  }

  /** Undefined where the object is no condition. Never rejects. */
  call(request: CallMethodRequest, principal: Principal): Promise<CallMethodResultOptions> | undefined {
    const name = conditionNameOf(String(request.objectId.value));
    return name && this.#call(name, request, principal);
  }

  async #call(name: ConditionName, request: CallMethodRequest, principal: Principal): Promise<CallMethodResultOptions> {
    const method = methodOf(request.methodId);
    if (!method) return { statusCode: StatusCodes.BadMethodInvalid };
    const given = request.inputArguments ?? [];
    const refused = refusedArguments(method, given);
    if (refused) return refused;
    if (principal.proof === 'anonymous') {
      operationReason('acting on alarms takes somebody with a name');
      return { statusCode: StatusCodes.BadUserAccessDenied };
    }
    return { statusCode: await this.#act(this.#requestOf(name, method, given), principal) };
  }

  #requestOf(name: ConditionName, { act, takes }: ConditionMethod, given: readonly Variant[]): AlarmActRequest {
    const valueOf = (argument: Argument): unknown =>
      takes.includes(argument) ? given[takes.indexOf(argument)].value : null;
    const seen = takes.includes('eventId') ? eventIdOf(valueOf('eventId')) : undefined;
    return {
      ...name,
      act,
      eventId: seen === undefined ? undefined : this.#deps.conditions.presentEventId(name, seen),
      comment: (valueOf('comment') as { readonly text?: string | null } | null)?.text ?? '',
      forMs: takes.includes('forMs') ? Number(valueOf('forMs')) : undefined,
    };
  }

  async #act(request: AlarmActRequest, principal: Principal): Promise<UaStatusCode> {
    const { desk, conditions } = this.#deps;
    conditions.actedBy(request, principal.name);
    try {
      const { outcome, status } = await desk.act(request, originOf(principal));
      if (outcome === 'done') return StatusCodes.Good;
      conditions.actedBy(request, undefined);
      return statusNamed(status);
    } catch (thrown) {
      conditions.actedBy(request, undefined);
      const error = isGatewayError(thrown) ? thrown : toGatewayError(thrown);
      operationReason(error.message);
      return statusOf(error);
    }
  }
}

function methodOf({ namespace, value }: NodeId): ConditionMethod | undefined {
  return namespace === 0 ? conditionMethods.get(Number(value)) : undefined;
}

function refusedArguments({ takes }: ConditionMethod, given: readonly Variant[]): CallMethodResultOptions | undefined {
  if (given.length < takes.length) return { statusCode: StatusCodes.BadArgumentsMissing };
  if (given.length > takes.length) return { statusCode: StatusCodes.BadTooManyArguments };
  const inputArgumentResults = takes.map((argument, i) => {
    const { dataType } = given[i];
    const value: unknown = given[i].value;
    const isNothing = argument !== 'forMs' && (value === null || value === undefined);
    return dataType === typeOf[argument] || isNothing ? StatusCodes.Good : StatusCodes.BadTypeMismatch;
  });
  const isRefused = inputArgumentResults.some((status) => status.isNotGood());
  return isRefused ? { statusCode: StatusCodes.BadInvalidArgument, inputArgumentResults } : undefined;
}

/** No event has the empty one. */
function eventIdOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.subarray(0, maxEventIdBytes).toString('utf8') : '';
}

function statusNamed(name: string): UaStatusCode {
  return (StatusCodes as unknown as Partial<Record<string, UaStatusCode>>)[name] ?? StatusCodes.BadInternalError;
}

const statusOfCode: Readonly<Partial<Record<string, UaStatusCode>>> = {
  ALARM_UNKNOWN: StatusCodes.BadNodeIdUnknown,
  ALARM_ACT: StatusCodes.BadNotSupported,
  ALARM_NOTE_REQUIRED: StatusCodes.BadInvalidArgument,
};

function statusOf(error: GatewayError): UaStatusCode {
  return statusOfCode[error.code] ?? uaStatus(error.status);
}
