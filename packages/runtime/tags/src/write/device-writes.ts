import { statusCodes, toGatewayError, type ErrorKind, type GatewayError, type TagValue } from '@fieldwarden/core';
import type { Point, WriteItem } from '@fieldwarden/driver';
import { isUnanswered, type DeviceInvoker } from '@fieldwarden/invoker';
import { readBack } from './read-back.js';
import { checkAvailable, unscaled } from './write-checks.js';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { WriteAnswer, WriteReply } from '@fieldwarden/gateway-contract';
import { callsOf } from './write-calls.js';

/** A write that nothing in the gateway stands against. */
export class AcceptedWrite {
  readonly definition: TagDefinition;
  readonly value: TagValue;
  readonly item: WriteItem;
  reply: WriteReply | undefined;

  constructor(definition: TagDefinition, value: TagValue) {
    const { path, address, options, rawType } = definition;
    const point: Point = { path, address, type: rawType, options };
    this.definition = definition;
    this.value = value;
    const raw = unscaled(definition, value);
    checkAvailable(definition, raw);
    this.item = { point, value: raw };
  }
}

/** For a driver that breaks its contract: it has had the item, and says nothing about it. */
const noResult: WriteAnswer = {
  outcome: 'unknown',
  status: statusCodes.BadInternalError,
  message: 'the driver gave fewer results than it was given items',
};

/** After one of these, or a value without an answer, the device is not asked again for the rest of the request: each call might take its whole timeout. */
const endsRequest: ReadonlySet<ErrorKind> = new Set(['timeout', 'unreachable', 'host-lost']);

/** Carries out the writes of one request to one device, in as few calls as may be, and gives each its reply. Never rejects. */
export async function writeToDevice(
  invoker: DeviceInvoker,
  writes: readonly AcceptedWrite[],
  correlationId: string,
): Promise<void> {
  let end: string | undefined;
  for (const call of callsOf(writes)) {
    if (end) notAsked(call, end);
    else end = await carryOut(invoker, call, correlationId);
  }
}

/** Gives why nothing more is to be sent, if so. */
async function carryOut(
  invoker: DeviceInvoker,
  call: readonly AcceptedWrite[],
  correlationId: string,
): Promise<string | undefined> {
  const items = call.map(({ item }) => item);
  const { writeIdempotent } = call[0].definition;
  try {
    const results = await invoker.write(items, writeIdempotent, correlationId);
    call.forEach((write, i) => (write.reply = results[i] ?? noResult));
  } catch (thrown) {
    const error = toGatewayError(thrown);
    for (const write of call) write.reply = replyOf(error);
    await verify(invoker, call, correlationId);
    return endsRequest.has(error.kind) && !call.every(isDone) ? error.message : undefined;
  }
  await verify(invoker, call, correlationId);
  const unanswered = call.map(answerOf).find((answer) => answer !== undefined && isUnanswered(answer));
  return unanswered && (unanswered.message ?? 'a value was sent and not answered');
}

/** Reads back what was confirmed, and what may have been carried out. */
async function verify(invoker: DeviceInvoker, call: readonly AcceptedWrite[], correlationId: string): Promise<void> {
  const unproven = call.flatMap((write) => {
    const answer = answerOf(write);
    const isToBeProven = answer?.outcome === 'done' || answer?.outcome === 'unknown';
    return write.definition.verify && isToBeProven ? [{ write, item: write.item, answer }] : [];
  });
  if (unproven.length === 0) return;
  const answers = await readBack(invoker, unproven, correlationId);
  unproven.forEach(({ write }, i) => (write.reply = answers[i]));
}

/** Undefined for a refusal. */
function answerOf({ reply }: AcceptedWrite): WriteAnswer | undefined {
  return reply !== undefined && 'outcome' in reply ? reply : undefined;
}

function isDone(write: AcceptedWrite): boolean {
  return answerOf(write)?.outcome === 'done';
}

/** What the pipeline turned away without sending it is a refusal; everything else was tried. */
function replyOf(error: GatewayError): WriteReply {
  const isRefused = error.kind === 'circuit-open' || error.kind === 'overloaded';
  return isRefused && error.writeOutcome === 'not-sent' ? error : triedAnswer(error);
}

function triedAnswer({ writeOutcome, status, message }: GatewayError): WriteAnswer {
  return { outcome: writeOutcome, status, message };
}

function notAsked(call: readonly AcceptedWrite[], end: string): void {
  const message = `not sent, because of what became of the values before it: ${end}`;
  const answer: WriteAnswer = { outcome: 'not-sent', status: statusCodes.BadNoCommunication, message };
  for (const write of call) write.reply = answer;
}
