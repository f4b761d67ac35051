import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteCountOfReply } from '../wire/expected-reply.js';
import { InStep, type RequestHead } from './in-step.js';

const timeoutMs = 100;

function read(functionCode: number, start: number, count: number, unitId = 1): RequestHead {
  return { unitId, functionCode, start, count };
}

const a = read(3, 0, 10);
const b = read(3, 50, 10);

function inStepAfter(...lost: readonly RequestHead[]): InStep {
  const inStep = new InStep(new FakeClock(), timeoutMs);
  for (const request of lost) inStep.lost(request, false);
  return inStep;
}

describe('units on a line without transaction ids (§9.1)', () => {
  it('are asked at once while every answer has come', () => {
    const inStep = inStepAfter();
    inStep.answered(a, false);
    expect(inStep.readBefore(b)).toBeUndefined();
  });

  it('are asked for something else first when an answer is missing, and then at once again', () => {
    const inStep = inStepAfter(a);
    const resync = inStep.readBefore(b)!;
    expect(resync).toMatchObject({ unitId: 1, functionCode: 3, start: 50 });
    expect(resync.count).not.toBe(10);
    inStep.answered(resync, false);
    expect(inStep.readBefore(b)).toBeUndefined();
  });

  it.each([1, 2, 3, 4])(
    'are asked with function %i where that was asked, for a length that looks different',
    (code) => {
      const inStep = inStepAfter(read(code, 0, 16));
      const resync = inStep.readBefore(read(code, 50, 16))!;
      expect(resync).toMatchObject({ unitId: 1, functionCode: code, start: 50 });
      expect(byteCountOfReply(code, resync.count)).not.toBe(byteCountOfReply(code, 16));
      if (code <= 2) expect(resync.count % 8).toBe(0); // any other number of bits looks like the whole bytes above it
      inStep.answered(read(code, 0, 16), false); // it may be that of the lost one, late
      expect(inStep.readBefore(read(code, 50, 16))).toBeDefined();
      inStep.answered(resync, false);
      expect(inStep.readBefore(read(code, 50, 16))).toBeUndefined();
    },
  );

  it('concern only their own requests, of the same function', () => {
    const inStep = inStepAfter(a);
    expect(inStep.readBefore(read(3, 0, 10, 2))).toBeUndefined();
    expect(inStep.readBefore(read(4, 0, 10))).toBeUndefined();
    inStep.answered(read(4, 0, 10), false);
    expect(inStep.readBefore(b)).toBeUndefined();
  });

  it('prove nothing by a refusal that the missing answer may be, and are then asked with another function', () => {
    const inStep = inStepAfter(a);
    inStep.answered(inStep.readBefore(b)!, true);
    const second = inStep.readBefore(b)!;
    expect(second.functionCode).not.toBe(3);
    inStep.answered(second, true);
    expect(inStep.readBefore(b)).toBeUndefined();
  });

  it('are asked for something else before a write as well', () => {
    const inStep = inStepAfter({ unitId: 1, functionCode: 16, start: 5, count: 1 });
    const resync = inStep.readBefore({ unitId: 1, functionCode: 16, start: 5, count: 1 })!;
    expect(resync.functionCode).toBe(3);
    inStep.answered(resync, false);
    expect(inStep.readBefore({ unitId: 1, functionCode: 16, start: 5, count: 1 })).toBeUndefined();
  });

  it('are tried with another kind of read when they are deaf to one', () => {
    const inStep = inStepAfter(a);
    const kinds = Array.from({ length: 5 }, () => {
      const resync = inStep.readBefore(b)!;
      inStep.lost(resync, true);
      return resync.functionCode;
    });
    expect(kinds).toEqual([3, 3, 3, 3, 4]);
  });

  it('are believed again when the answer is twenty time-outs late', async () => {
    const clock = new FakeClock();
    const inStep = new InStep(clock, timeoutMs);
    inStep.lost(a, false);
    await clock.advance(20 * timeoutMs - 1);
    expect(inStep.readBefore(b)).toBeDefined();
    await clock.advance(1);
    expect(inStep.readBefore(b)).toBeUndefined();
  });

  /** What the unit does with one request: answers it after so many further requests, or never; with data or with a refusal. */
  const anyFate = fc.record({
    request: fc.constantFrom(a, b, read(3, 80, 4), read(4, 0, 10), read(1, 0, 16), read(2, 0, 16), read(2, 40, 9), {
      ...a,
      functionCode: 16,
    }),
    delay: fc.constantFrom(0, 0, 0, 1, 2, 5, Infinity),
    isRefused: fc.boolean(),
  });

  it('never have an answer taken for that of another request, whatever comes late or never', () => {
    fc.assert(
      fc.property(fc.array(anyFate, { minLength: 1, maxLength: 60 }), (fates) => {
        const inStep = new InStep(new FakeClock(), timeoutMs);
        const line = new SlowUnit();
        for (const { request, delay, isRefused } of fates) {
          const resync = inStep.readBefore(request);
          const sent = resync ?? request;
          line.ask(sent, delay, isRefused);
          const answer = line.answerLike(sent);
          if (!answer) inStep.lost(sent, resync !== undefined);
          else {
            inStep.answered(sent, answer.isRefused);
            if (!resync) expect(answer.to).toBe(sent);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('are back in step after a few answers in time, however long they were silent', () => {
    fc.assert(
      fc.property(fc.array(anyFate, { maxLength: 60 }), fc.boolean(), (fates, isRefused) => {
        const inStep = new InStep(new FakeClock(), timeoutMs);
        for (const { request } of fates) {
          const resync = inStep.readBefore(request);
          inStep.lost(resync ?? request, resync !== undefined);
        }
        let extra = 0;
        for (let resync = inStep.readBefore(b); resync; resync = inStep.readBefore(b)) {
          inStep.answered(resync, isRefused && resync.functionCode === 3);
          extra++;
        }
        expect(extra).toBeLessThanOrEqual(3);
      }),
      { numRuns: 1000 },
    );
  });
});

interface LateAnswer {
  readonly to: RequestHead;
  readonly isRefused: boolean;
  readonly dueAt: number;
}

/** Answers in the order in which it was asked, late or never. */
class SlowUnit {
  #answers: LateAnswer[] = [];
  #asked = 0;

  ask(to: RequestHead, delay: number, isRefused: boolean): void {
    // a unit that is late with one answer is late with those behind it
    const earliest = this.#answers.reduce((latest, { dueAt }) => Math.max(latest, dueAt), 0);
    if (delay !== Infinity) this.#answers.push({ to, isRefused, dueAt: Math.max(earliest, this.#asked + delay) });
    this.#asked++;
  }

  /** The first answer that has come and looks like one to this request; what comes before it is passed over. */
  answerLike(request: RequestHead): LateAnswer | undefined {
    const arrived = this.#answers.filter(({ dueAt }) => dueAt < this.#asked);
    const index = arrived.findIndex(
      ({ to, isRefused }) =>
        to.functionCode === request.functionCode &&
        (isRefused ||
          byteCountOfReply(to.functionCode, to.count) === byteCountOfReply(request.functionCode, request.count)),
    );
    this.#answers = this.#answers.slice(index < 0 ? arrived.length : index + 1);
    return index < 0 ? undefined : arrived[index];
  }
}
