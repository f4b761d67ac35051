import type { GatewayErrorData, TagValue } from '@fieldwarden/core';
import type { Alarm, Origin, Principal, WriteAnswer } from '@fieldwarden/gateway-contract';
import type {
  CertificateAttempt,
  DeskName,
  GatewayIdentity,
  PasswordAttempt,
  ServiceAddress,
  ServiceHealth,
  ServiceMetric,
} from '@fieldwarden/service';
import type {
  DrainedMessage,
  DrainMessage,
  ErrorMessage,
  FatalMessage,
  HelloMessage,
  LogMessage,
  PingMessage,
  PongMessage,
  ProcessParameters,
  StopMessage,
} from '../messages.js';
import type { DefinitionColumn } from './tags/definition-columns.js';

// The channel of a service: frames, versions, `hello`, `ping`, `pong`, `log`, `fatal`, `drain`, `drained` and `stop` are those of a
// driver's (../messages.ts). Values of tags travel in update frames whose rows are handles and whose id says what they are.

/** `changes`: to be told to followers. `refresh`: newer times, and values within a deadband, of which no follower hears. */
export const tagFrames = { changes: 1, refresh: 2 } as const;

/** Messages of tags (`tags-…` and values) that may be under way to a Host. */
export const tagCredits = 32;

/** Asks of one Host that may be unanswered at one time; more wait in the Host. */
export const askCredits = 256;

/** Sign-ins of one Host that may be unanswered; the next is refused in the Host, so that a storm of them holds up no write. */
export const signInCredits = 16;

/** Gateway → Host: answers `hello`. The tags follow, without being asked for. */
export interface ServiceInitMessage extends ServiceParameters, ProcessParameters {
  readonly type: 'init';
  readonly protocol: number;
}

/** Everything of a ServiceContext that is plain data. */
export interface ServiceParameters {
  readonly serviceId: string;
  readonly serviceType: string;
  /** URL of the module whose default export is the service's definition. */
  readonly entry: string;
  readonly settings: unknown;
  readonly gateway: GatewayIdentity;
  readonly directory: string;
  readonly pkiDirectory: string;
}

/** Gateway → Host: tags that are new, ahead of their first values. Costs one credit, like every message of tags. */
export interface TagsDefinedMessage {
  readonly type: 'tags-defined';
  readonly handles: Uint32Array;
  readonly columns: readonly DefinitionColumn[];
}

/** Gateway → Host: other definitions of the same paths and types. */
export interface TagsRedefinedMessage {
  readonly type: 'tags-redefined';
  readonly handles: Uint32Array;
  readonly columns: readonly DefinitionColumn[];
}

/** Gateway → Host: tags that are gone. Their handles may come again, in a later `tags-defined`. */
export interface TagsRemovedMessage {
  readonly type: 'tags-removed';
  readonly handles: Uint32Array;
}

/** Gateway → Host, once: every tag that there was at `init` is there with its value. Now the service starts. */
export interface TagsCompleteMessage {
  readonly type: 'tags-complete';
}

/** Host → gateway: so many messages of tags were taken in, and may be followed by as many. */
export interface TagCreditsMessage {
  readonly type: 'tag-credits';
  readonly amount: number;
}

/**
 * Host → gateway: the mirror may be old, after a silence of the gateway or a standstill of the Host. Answered by `tags-synced` with the
 * same number.
 */
export interface TagsSyncMessage {
  readonly type: 'tags-sync';
  readonly round: number;
}

/** Gateway → Host: every tag was looked at since that question, and what differed went ahead of this answer. */
export interface TagsSyncedMessage {
  readonly type: 'tags-synced';
  readonly round: number;
}

/** Gateway → Host, after `init`: alarms of the gateway that there are, then those that have changed. */
export interface AlarmsToldMessage {
  readonly type: 'alarms-told';
  readonly alarms: readonly Alarm[];
}

/** Gateway → Host, after `init`: what an account may do from now on; undefined: it may not be here any more. */
export interface AccessChangedMessage {
  readonly type: 'access-changed';
  readonly name: string;
  readonly principal: Principal | undefined;
}

/** Host → gateway: the service does its work. */
export interface ServiceReadyMessage {
  readonly type: 'ready';
  readonly address: ServiceAddress | undefined;
}

/** Host → gateway: how it is, about once a second, and at once when its health is another. */
export interface ReportMessage {
  readonly type: 'report';
  readonly report: ServiceReport;
}

export interface ServiceReport {
  readonly health: ServiceHealth;
  readonly status: Readonly<Record<string, unknown>>;
  readonly metrics: readonly ServiceMetric[];
}

/** Host → gateway: the service wants something that is answered: by `answer` or `refuse`. Never sent twice. */
export interface AskMessage {
  readonly type: 'ask';
  readonly call: number;
  readonly ask: ServiceAsk;
}

export type ServiceAsk =
  | { readonly kind: 'write'; readonly items: readonly AskedWrite[]; readonly origin: Origin }
  | { readonly kind: 'table' | 'entries' | 'settled'; readonly table: string }
  | { readonly kind: 'get'; readonly table: string; readonly key: string }
  /** What a desk is asked; the arguments of its method. */
  | { readonly kind: 'desk'; readonly desk: DeskName; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'sign-in'; readonly attempt: PasswordAttempt }
  | { readonly kind: 'sign-in-certificate'; readonly attempt: CertificateAttempt };

/** One value of a request. The path says which tag the Host knew by this handle, since handles are used again. */
export interface AskedWrite {
  readonly handle: number;
  readonly path: string;
  readonly value: TagValue;
}

/** Gateway → Host: answers `ask`. */
export interface AnswerMessage {
  readonly type: 'answer';
  readonly call: number;
  readonly value: unknown;
}

/** What became of one asked write. */
export type WriteReplyData = { readonly answer: WriteAnswer } | { readonly error: GatewayErrorData };

/** Gateway → Host: entries of a table, ahead of the `answer` to an ask for `entries`, in as many messages as frames need. */
export interface EntriesMessage {
  readonly type: 'entries';
  readonly call: number;
  readonly entries: readonly (readonly [key: string, value: unknown])[];
}

/** Gateway → Host: an ask failed. */
export interface RefuseMessage {
  readonly type: 'refuse';
  readonly call: number;
  readonly error: GatewayErrorData;
}

/** Host → gateway: the service says something that is not answered. In the order in which it said it. */
export interface TellMessage {
  readonly type: 'tell';
  readonly what: ServiceTell;
}

export type ServiceTell =
  | { readonly kind: 'event'; readonly message: string; readonly data: Readonly<Record<string, unknown>> | undefined }
  | { readonly kind: 'raise'; readonly conditionId: string; readonly severity: number; readonly message: string }
  | { readonly kind: 'clear'; readonly conditionId: string }
  | { readonly kind: 'put'; readonly table: string; readonly key: string; readonly value: unknown }
  | { readonly kind: 'delete'; readonly table: string; readonly key: string };

/** Gateway → Host: asks something of the service, or of its process. Answered by `result` or `error`. */
export interface ServiceRequestMessage {
  readonly type: 'request';
  readonly call: number;
  readonly request: HostedRequest;
}

export type HostedRequest =
  | { readonly kind: 'request'; readonly name: string; readonly body: unknown; readonly origin: Origin }
  | { readonly kind: 'apply'; readonly settings: unknown }
  | { readonly kind: 'gc' };

/** Host → gateway: a request was answered. */
export interface ServiceResultMessage {
  readonly type: 'result';
  readonly call: number;
  readonly value: unknown;
}

/** What the gateway sends to the Host of a service, but for values. */
export type ToServiceMessage =
  | ServiceInitMessage
  | TagsDefinedMessage
  | TagsRedefinedMessage
  | TagsRemovedMessage
  | TagsCompleteMessage
  | TagsSyncedMessage
  | AlarmsToldMessage
  | AccessChangedMessage
  | AnswerMessage
  | EntriesMessage
  | RefuseMessage
  | ServiceRequestMessage
  | PingMessage
  | DrainMessage
  | StopMessage;

/** What the Host of a service sends. */
export type FromServiceMessage =
  | HelloMessage
  | ServiceReadyMessage
  | TagCreditsMessage
  | TagsSyncMessage
  | ReportMessage
  | AskMessage
  | TellMessage
  | ServiceResultMessage
  | ErrorMessage
  | PongMessage
  | LogMessage
  | FatalMessage
  | DrainedMessage;
