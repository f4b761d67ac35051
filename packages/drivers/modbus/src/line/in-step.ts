import type { Clock } from '@fieldwarden/core';
import { byteCountOfReply } from '../wire/expected-reply.js';

/** Unit id, function, and the two fields behind it. */
export interface RequestHead {
  readonly unitId: number;
  readonly functionCode: number;
  readonly start: number;
  /** Registers or bits of a read; the second field of any other request. */
  readonly count: number;
}

interface LostRequest extends RequestHead {
  readonly untilMs: number;
}

interface UnitState {
  /** Oldest first. */
  readonly lost: LostRequest[];
  /** Reads sent in place of a request that were answered in a way which proves nothing, and that were not answered. */
  inconclusive: number;
  unanswered: number;
}

/** An answer that late comes no more. */
const timeoutsUntilForgotten = 20;
const leastForgetMs = 1000;
/** More than fit into the time in which they are forgotten, unless something is very wrong. */
const maxLost = 256;
/** Without any answer to one kind of read, another is tried: the unit may be deaf to a function. */
const attemptsPerKind = 4;

/** Of a read sent in place of a request: registers, or bytes of bits. */
const longestRead = 120;

const readFunctions = [3, 4, 1, 2] as const;

/**
 * RTU frames do not say which request they answer. After a request whose answer was given up the answer may still come, and
 * would then be taken for the answer to the next request of the same shape: the values of other tags, marked Good, from then on
 * for ever one request behind. So a request whose function may still be answered late is held back, and a read that looks
 * different goes out before it. A unit answers in the order in which it was asked: with the answer to that read, everything
 * older has come or never will.
 *
 * Pure but for the clock. Requests without an answer are told by `lost`, answers by `answered`.
 */
export class InStep {
  readonly #clock: Clock;
  readonly #forgetAfterMs: number;
  readonly #units = new Map<number, UnitState>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#forgetAfterMs = Math.max(leastForgetMs, timeoutsUntilForgotten * timeoutMs);
  }

  /** The read to be sent in place of the request; undefined when the request itself may go. */
  readBefore(request: RequestHead): RequestHead | undefined {
    const unit = this.#unitOf(request.unitId);
    if (!unit?.lost.some((one) => isSameFunction(one, request))) return undefined;
    const kinds = [otherLength(request, unit.lost), otherFunction(request, unit.lost)].filter(
      (head) => head !== undefined,
    );
    if (kinds.length === 0) return { unitId: request.unitId, functionCode: 3, start: 0, count: 1 };
    return kinds[(unit.inconclusive + Math.floor(unit.unanswered / attemptsPerKind)) % kinds.length];
  }

  /** `isResync`: it was a read sent in place of a request. */
  lost(request: RequestHead, isResync: boolean): void {
    const unit = this.#unitOf(request.unitId) ?? { lost: [], inconclusive: 0, unanswered: 0 };
    this.#units.set(request.unitId, unit);
    if (isResync) unit.unanswered++;
    this.#note(unit, request);
  }

  /** An answer that fits `request` has come: to it, or late to an older one that looks the same. */
  answered(request: RequestHead, isException: boolean): void {
    const unit = this.#unitOf(request.unitId);
    if (unit === undefined) return;
    const fits = isException ? isSameFunction : isSameShape;
    const first = unit.lost.findIndex((one) => fits(one, request));
    if (first < 0) {
      this.#units.delete(request.unitId);
      return;
    }
    unit.lost.splice(0, first + 1);
    unit.inconclusive++;
    this.#note(unit, request);
  }

  #note({ lost }: UnitState, request: RequestHead): void {
    lost.push({ ...request, untilMs: this.#clock.monotonicMs() + this.#forgetAfterMs });
    if (lost.length > maxLost) lost.shift();
  }

  /** Undefined when nothing is outstanding. */
  #unitOf(unitId: number): UnitState | undefined {
    const unit = this.#units.get(unitId);
    if (unit === undefined) return undefined;
    const nowMs = this.#clock.monotonicMs();
    while (unit.lost.length > 0 && unit.lost[0].untilMs <= nowMs) unit.lost.shift();
    if (unit.lost.length > 0) return unit;
    this.#units.delete(unitId);
    return undefined;
  }
}

function isSameFunction(a: RequestHead, b: RequestHead): boolean {
  return a.functionCode === b.functionCode;
}

/** True when positive answers to both look alike. */
function isSameShape(a: RequestHead, b: RequestHead): boolean {
  if (a.functionCode !== b.functionCode) return false;
  const byteCount = byteCountOfReply(a.functionCode, a.count);
  return byteCount < 0 || byteCount === byteCountOfReply(b.functionCode, b.count);
}

/** Addresses that the unit should have, in a number that no lost request asked for. A refusal of it proves nothing. */
function otherLength(request: RequestHead, lost: readonly RequestHead[]): RequestHead | undefined {
  return unlike(
    lost,
    isRead(request.functionCode) ? request : { ...request, functionCode: readFunctions[0], start: 0 },
  );
}

/** If the function is new, whatever the unit says to it, a refusal too, is said to this and to nothing older. */
function otherFunction(
  { unitId, functionCode: own }: RequestHead,
  lost: readonly RequestHead[],
): RequestHead | undefined {
  const functionCode = readFunctions.find((code) => !lost.some((one) => one.functionCode === code));
  if (functionCode !== undefined) return { unitId, functionCode, start: 0, count: 1 };
  return unlike(lost, { unitId, functionCode: readFunctions.find((code) => code !== own)!, start: 0 });
}

/** A read there of a number of registers or bits that no lost request asked for. */
function unlike(
  lost: readonly RequestHead[],
  { unitId, functionCode, start }: Omit<RequestHead, 'count'>,
): RequestHead | undefined {
  const step = functionCode <= 2 ? 8 : 1;
  for (let count = step; count <= longestRead * step && start + count <= 65_536; count += step) {
    const candidate = { unitId, functionCode, start, count };
    if (!lost.some((one) => isSameShape(one, candidate))) return candidate;
  }
  return undefined;
}

function isRead(functionCode: number): boolean {
  return (readFunctions as readonly number[]).includes(functionCode);
}
