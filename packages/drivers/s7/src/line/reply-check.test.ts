import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkReply,
  clearFailedItems,
  everyItemFailed,
  pendingJob,
  setupInconsistency,
  type PendingJob,
} from './reply-check.js';

/** The job that asks for items of these lengths. */
function job(lengths: readonly number[], functionCode = 0x04): PendingJob {
  const request = Buffer.alloc(19 + lengths.length * 12);
  request.set([3, 0, 0, request.length, 2, 0xf0, 0x80, 0x32, 1]);
  request.writeUInt16BE(77, 11);
  request.set([functionCode, lengths.length], 17);
  lengths.forEach((length, i) => {
    request[19 + i * 12 + 3] = 0x02;
    request.writeUInt16BE(length, 19 + i * 12 + 4);
  });
  return pendingJob(request)!;
}

/** The answer of a CPU: per item its bytes, or a return code. */
function readAnswer(items: readonly (Uint8Array | number)[]): Buffer {
  const parts = items.map((item, i) => {
    if (typeof item === 'number') return Buffer.from([item, 0, 0, 0]);
    const padding = i < items.length - 1 ? item.length & 1 : 0;
    const bits = item.length * 8;
    return Buffer.concat([Buffer.from([0xff, 4, bits >> 8, bits & 0xff]), item, Buffer.alloc(padding)]);
  });
  return answer([4, items.length], Buffer.concat(parts));
}

function answer(parameters: readonly number[], data: Buffer): Buffer {
  const header = Buffer.from([3, 0, 0, 0, 2, 0xf0, 0x80, 0x32, 3, 0, 0, 0, 77, 0, parameters.length, 0, 0, 0, 0]);
  header.writeUInt16BE(data.length, 15);
  const frame = Buffer.concat([header, Buffer.from(parameters), data]);
  frame.writeUInt16BE(frame.length, 2);
  return frame;
}

const item = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constantFrom(0x03, 0x05, 0x0a));
const items = fc.array(item, { minLength: 1, maxLength: 20 });

function jobFor(wanted: readonly (Uint8Array | number)[]): PendingJob {
  return job(wanted.map((each) => (typeof each === 'number' ? 4 : each.length)));
}

const pendingOf = (pending: PendingJob): Map<number, PendingJob> => new Map([[pending.reference, pending]]);

describe('an answer to a read', () => {
  test('is taken whatever mixture of values and refusals it holds', () => {
    fc.assert(
      fc.property(items, (wanted) => {
        expect(checkReply(readAnswer(wanted), pendingOf(jobFor(wanted)))).toEqual({ type: 'ok', reference: 77 });
      }),
    );
  });

  test('is nonsense when it is shorter or longer than it says, or than its items are', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 200 }), fc.boolean(), (wanted, change, isLonger) => {
        const whole = readAnswer(wanted);
        const other = isLonger ? Buffer.concat([whole, Buffer.alloc(change + 1)]) : whole.subarray(0, Math.max(19, whole.length - change)); // prettier-ignore
        const honest = Buffer.from(other);
        honest.writeUInt16BE(honest.length, 2);
        honest.writeUInt16BE(Math.max(0, honest.length - 21), 15);
        for (const frame of [other, honest]) {
          expect(checkReply(frame, pendingOf(jobFor(wanted))).type).toBe('nonsense');
        }
      }),
    );
  });

  test('never passes with another byte anywhere in its structure', () => {
    const change = fc.record({ position: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(items, change, (wanted, { position, mask }) => {
        const frame = readAnswer(wanted);
        const places = structure(wanted).filter((at) => at < frame.length);
        const at = places[position % places.length];
        frame[at] ^= mask;
        const verdict = checkReply(frame, pendingOf(jobFor(wanted)));
        expect(verdict.type === 'ok' && !isReturnCode(wanted, at)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('belongs to nobody when no request has its reference', () => {
    expect(checkReply(readAnswer([1, 2].map(() => 5)), new Map())).toMatchObject({ type: 'nonsense', why: 'an answer to no request' }); // prettier-ignore
  });
});

test('a length beside a failed item counts for nothing, and is taken away before nodes7 believes it', () => {
  const wanted = [Uint8Array.of(1, 2, 3), 0x0a, Uint8Array.of(4, 5), 0x05];
  const frame = readAnswer(wanted);
  const clean = Buffer.from(frame);
  const [firstFailed, lastFailed] = [21 + 8, 21 + 8 + 4 + 6];
  for (const at of [firstFailed, lastFailed]) frame.set([0x00, 0x00, 0x04], at + 1);
  expect(frame).not.toEqual(clean);
  expect(checkReply(frame, pendingOf(jobFor(wanted))).type).toBe('ok');
  clearFailedItems(frame, jobFor(wanted));
  expect(frame).toEqual(clean);
});

test('any bytes at all get a verdict', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 7, maxLength: 80 }), (bytes) => {
      expect(checkReply(Buffer.from(bytes), pendingOf(job([4, 2]))).type).toBe('nonsense');
      expect(setupInconsistency(Buffer.from(bytes))).toBeTypeOf('string');
    }),
  );
});

describe('an answer to a write', () => {
  const pending = job([4, 2, 1], 0x05);

  test('is taken with one return code for each item', () => {
    expect(checkReply(answer([5, 3], Buffer.from([0xff, 0x0a, 0x05])), pendingOf(pending)).type).toBe('ok');
  });

  test.each([
    ['fewer codes', answer([5, 3], Buffer.from([0xff, 0xff]))],
    ['more codes', answer([5, 3], Buffer.from([0xff, 0xff, 0xff, 0xff]))],
    ['another count', answer([5, 2], Buffer.from([0xff, 0xff]))],
    ['another function', answer([4, 3], Buffer.from([0xff, 0xff, 0xff]))],
  ])('is nonsense with %s', (_, frame) => {
    expect(checkReply(frame, pendingOf(pending)).type).toBe('nonsense');
  });
});

test('a refusal of the whole job is one, with and without data, and nodes7 gets items that failed in its place', () => {
  const refusal = answer([4, 0], Buffer.alloc(0));
  refusal.writeUInt16BE(0x8104, 17);
  const bare = Buffer.from(refusal);
  bare[8] = 2;
  for (const pending of [job([4, 4, 1]), job([4, 1], 0x05)]) {
    for (const frame of [refusal, bare]) {
      expect(checkReply(frame, pendingOf(pending))).toEqual({ type: 'refused', reference: 77, error: 0x8104 });
    }
    expect(checkReply(everyItemFailed(pending), pendingOf(pending)).type).toBe('ok');
  }
});

test.each([
  ['no parallel jobs', [0, 1, 240]],
  ['no parallel jobs back', [1, 0, 240]],
  ['a PDU of 0 bytes', [8, 8, 0]],
  ['a PDU of 65535 bytes', [8, 8, 0xffff]],
])('a negotiation that ends in %s is nonsense', (_, [jobs, back, pdu]) => {
  const setup = (a: number, b: number, c: number): Buffer =>
    answer([0xf0, 0, a >> 8, a & 0xff, b >> 8, b & 0xff, c >> 8, c & 0xff], Buffer.alloc(0));
  expect(setupInconsistency(setup(8, 8, 240))).toBeUndefined();
  expect(setupInconsistency(setup(jobs, back, pdu))).toBeTypeOf('string');
});

/** Positions of bytes that are neither value nor padding nor without a meaning (redundancy id, high byte of nothing). */
function structure(wanted: readonly (Uint8Array | number)[]): number[] {
  const places = [4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 19, 20];
  let at = 21;
  for (const each of wanted) {
    places.push(at);
    if (typeof each !== 'number') places.push(at + 1, at + 2, at + 3);
    at += 4 + (typeof each === 'number' ? 0 : each.length + (each.length & 1));
  }
  return places;
}

/** A refusal may turn into another refusal: that is a wrong reason, never a wrong value. */
function isReturnCode(wanted: readonly (Uint8Array | number)[], position: number): boolean {
  let at = 21;
  for (const each of wanted) {
    if (typeof each === 'number' && position === at) return true;
    at += 4 + (typeof each === 'number' ? 0 : each.length + (each.length & 1));
  }
  return false;
}
