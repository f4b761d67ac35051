import type { Logger } from '@fieldwarden/core';
import type { AuditAction, AuditTrail } from '@fieldwarden/gateway-contract';
import type { Request, Response } from 'express';
import type { Admission, Caller } from '../access/admit.js';
import type { Credentials } from '../access/authentication.js';
import type { Requester } from '../access/requester.js';
import type { EventStreams } from '../events/event-streams.js';
import type { GatewayControl } from '../control/gateway-control.js';
import type { Operation } from '../openapi/operation.js';

/** Everything a handler may look at. */
export interface HttpExchange {
  readonly request: Request;
  readonly response: Response;
  readonly query: URLSearchParams;
  /** Who asks. Throws the refusal where a route for anyone was called by nobody. */
  readonly requester: Requester;
  readonly caller: Caller;
  readonly credentials: Credentials;
  readonly correlationId: string;
  readonly audit: AuditTrail;
  readonly control: GatewayControl;
  /** The one that was asked. */
  readonly server: { readonly port: number };
  readonly streams: EventStreams;
  readonly logger: Logger;
}

export type Answer = JsonAnswer | TextAnswer;

/** As it is, under its own media type. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Documents as people wrote them, with references: nothing in them is blanked, or saving them would write that. */
  readonly isDocument?: true;
  /** Values of plant tags, under `value`: data of the plant as its devices said it, nothing of which is blanked. */
  readonly hasPlantValues?: true;
  /** Runs when the answer has left. */
  readonly afterwards?: () => void;
}

/** The handler keeps the response: it streams. */
export const streaming = Symbol('streaming');

/** A request as a row of the audit (SPEC §13.4): recorded when it was refused, and with its end. */
export interface Audited {
  readonly action: AuditAction;
  /** What it is done to, from path and body. May throw: of a request that was refused at the door, the body is not there. */
  subject(exchange: HttpExchange): string;
  /** What is there before. Asked before it is carried out. */
  before?(exchange: HttpExchange): unknown;
  /** What was asked for, or is there after it. `answer`: the body; undefined where it was not done. */
  after?(exchange: HttpExchange, answer: unknown): unknown;
  /** Whoever carries it out records it, with more than the answer tells: only what is refused at the door is recorded by the server. */
  readonly isRecordedBehind?: true;
}

export interface Route extends Admission {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** In express notation, below `/api/v1`. */
  readonly path: string;
  /** Of the request's body, inflated. Default: 1 MiB. Larger: its fields `document`, `text`, `csv`, `tags` may be large. */
  readonly maxBodyBytes?: number;
  /** What the audit says of it; every route that changes something has it, or is named in the test as one that does nothing worth it. */
  readonly audited?: Audited;
  /** What the OpenAPI document says about it. */
  readonly operation: Operation;
  handle(exchange: HttpExchange): Answer | typeof streaming | Promise<Answer | typeof streaming>;
}

/** An answer that is, or has in it, a plant document. */
export function okDocument(body: unknown): JsonAnswer {
  return { status: 200, body, isDocument: true };
}

/** An answer with values of plant tags. */
export function okValues(body: unknown): JsonAnswer {
  return { status: 200, body, hasPlantValues: true };
}

export function ok(body: unknown): JsonAnswer {
  return { status: 200, body };
}
