import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dropReasons } from '../outbox-state.js';
import { decodeMessage, encodeMessage, messageFacts } from './message-record.js';
import { decodeQuarantined, encodeQuarantined } from './quarantined-record.js';
import { nameOfKey, numberOf, readKey, recordKinds, writeKey } from './record-key.js';
import { isSound, seal } from './sealed-record.js';
import { decodeTopic, encodeTopic } from './topic-record.js';

const kind = fc.constantFrom(...Object.values(recordKinds));
const box = fc.integer({ min: 0, max: 65_535 });
const sequence = fc.maxSafeNat();
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

it('keys stand in the order of kind, box and number', () => {
  const key = fc.tuple(kind, box, sequence);
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [left, right] = [writeKey(...a), writeKey(...b)];
      const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      expect(Buffer.compare(left, right)).toBe(Math.sign(order));
      expect([readKey(left), numberOf(left)]).toEqual([{ kind: a[0], box: a[1], number: a[2] }, a[2]]);
    }),
  );
  expect(nameOfKey(writeKey(recordKinds.message, 1, 2 ** 40))).toBe('message 1/1099511627776');
  expect([readKey(Buffer.alloc(3)), readKey(Buffer.alloc(11, 0xff)), nameOfKey(Buffer.from('ab'))]).toEqual([
    undefined,
    undefined,
    '6162',
  ]);
});

it('a check fits its record under its key, and nothing else', () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(kind, box, sequence, content, fc.nat(), (k, b, n, bytes, at) => {
      const key = writeKey(k, b, n);
      const record = Buffer.from(seal(key, Buffer.concat([Buffer.alloc(4), bytes])));
      const before = Buffer.from(record);
      expect([isSound(key, record), record.equals(before)]).toEqual([true, true]);
      expect(isSound(writeKey(k, b, n === 0 ? 1 : n - 1), record)).toBe(false);
      expect(isSound(writeKey(k, b === 0 ? 1 : b - 1, n), record)).toBe(false);
      record[at % record.length] ^= 1 << (at % 8);
      expect(isSound(key, record)).toBe(false);
    }),
  );
  expect(isSound(writeKey(1, 1, 1), Buffer.alloc(3))).toBe(false);
});

it('messages come back as they were', () => {
  const message = fc.record({
    topicNumber: fc.nat(),
    qos,
    retain: fc.boolean(),
    atMs: fc.double({ noNaN: true }),
    appendedMs: fc.double({ noNaN: true }),
    payload: fc.uint8Array({ maxLength: 10_000 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(message, (original) => {
      const record = encodeMessage(original);
      expect(decodeMessage(record)).toEqual(original);
      const { topicNumber, payload } = original;
      expect(messageFacts(record)).toEqual({ topicNumber, payloadBytes: payload.length });
    }),
  );
  expect(messageFacts(Buffer.alloc(5))).toEqual({ topicNumber: 0, payloadBytes: 0 });
});

it('topics and quarantined messages come back as they were', () => {
  const topic = fc.record({
    name: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
    appended: fc.maxSafeNat(),
    acknowledged: fc.maxSafeNat(),
    dropped: fc.array(fc.maxSafeNat(), { minLength: dropReasons.length, maxLength: dropReasons.length }),
  });
  fc.assert(
    fc.property(topic, (original) => {
      expect(decodeTopic(encodeTopic(original, Buffer.byteLength(original.name)))).toEqual(original);
    }),
  );
  const message = fc.record({
    sequence,
    topic: fc.string({ unit: 'grapheme' }),
    qos,
    retain: fc.boolean(),
    atMs: fc.integer(),
    payload: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(message, (original) => {
      expect(decodeQuarantined(original.sequence, encodeQuarantined(original))).toEqual(original);
    }),
  );
});
