import { describe, expect, it } from 'vitest';
import { FakeWire } from '../testing/fake-wire.js';
import { ObservedLine } from '../testing/observed-line.js';
import type { TestExchange } from '../testing/test-exchange.js';

const outcomes = (exchanges: readonly TestExchange[]): string[] => exchanges.map(({ outcome }) => outcome);

describe('one request at a time (§9.1)', () => {
  it('the next goes out when the one before is answered, not before', async () => {
    const observed = new ObservedLine();
    const first = await observed.asking({ unit: 1, start: 10 });
    const second = observed.submit({ unit: 2, start: 20 });
    await observed.clock.advance(50);
    expect(observed.wire.connection.asked).toEqual(['1:10']);
    observed.wire.connection.answer();
    expect([first.outcome, observed.wire.connection.asked]).toEqual(['10', ['1:10', '2:20']]);
    observed.wire.connection.answer();
    expect(second.outcome).toBe('20');
  });

  it('holds although its caller gave up: until the answer has come the line stays with it', async () => {
    const observed = new ObservedLine();
    const given = await observed.asking({ unit: 1, start: 10 });
    observed.line.cancel(given);
    const next = observed.submit({ unit: 1, start: 20 });
    expect([given.outcome, observed.wire.connection.asked]).toEqual(['MODBUS_CANCELLED, sent', ['1:10']]);
    observed.wire.connection.answer();
    observed.wire.connection.answer();
    expect(next.outcome).toBe('20');
  });

  it('holds although its deadline has passed, which is shorter than the time-out', async () => {
    const observed = new ObservedLine();
    const short = await observed.asking({ unit: 1, start: 10, deadlineMs: 40 });
    const next = observed.submit({ unit: 1, start: 20 });
    await observed.clock.advance(40);
    expect([short.outcome, observed.wire.connection.asked]).toEqual(['MODBUS_DEADLINE, sent', ['1:10']]);
    observed.wire.connection.answer();
    observed.wire.connection.answer();
    expect([next.outcome, observed.wire.connections.length]).toEqual(['20', 1]);
  });

  it('lets nobody between the two halves of a read-modify-write', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 10, isWrite: true, then: ['hold'] });
    observed.submit({ unit: 2, start: 20, isWrite: true });
    expect(await observed.answerAll()).toEqual(['1:10', '1:10', '2:20']);
  });
});

describe('a request that is not answered in time (§9.1)', () => {
  it('takes the connection with it before the next one is sent', async () => {
    const observed = new ObservedLine();
    const silent = await observed.asking({ unit: 1, start: 10 });
    const next = observed.submit({ unit: 2, start: 20 });
    const [first] = observed.wire.connections;
    await observed.clock.advance(99);
    expect([silent.outcome, first.isDropped]).toEqual(['waits', false]);
    await observed.clock.advance(1);
    expect([silent.outcome, first.isDropped, next.outcome]).toEqual(['MODBUS_TIMEOUT, sent', true, 'waits']);
    expect(first.asked).toEqual(['1:10']);
    await observed.clock.advance(50);
    expect(observed.wire.connections).toHaveLength(2);
    observed.wire.connection.answer();
    expect(next.outcome).toBe('20');
  });

  it('lets the siblings of its unit go first for a while', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 10 });
    await observed.clock.advance(100);
    observed.submit({ unit: 1, start: 11 });
    observed.submit({ unit: 2, start: 20 });
    observed.submit({ unit: 2, start: 21 });
    await observed.clock.advance(50);
    expect(await observed.answerAll()).toEqual(['2:20', '2:21', '1:11']);
  });

  it('is not taken for answered by bytes that nobody asked for: these end the connection', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 10 });
    const { connection } = observed.wire;
    connection.answer();
    connection.answer();
    expect(connection.isDropped).toBe(false); // the same answer once more
    connection.bring(Buffer.from('000700000005010302000a', 'hex'));
    expect(connection.isDropped).toBe(true);
  });

  it('is passed over when its answer comes once more under the next one', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 10 });
    observed.wire.connection.answer();
    const second = await observed.asking({ unit: 1, start: 20 });
    observed.wire.connection.answer(0);
    expect([second.outcome, observed.wire.connection.isDropped]).toEqual(['waits', false]);
    observed.wire.connection.answer();
    expect(second.outcome).toBe('20');
  });

  it('says so when nothing but answers to earlier requests came', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 10 });
    observed.wire.connection.answer();
    const second = await observed.asking({ unit: 1, start: 20 });
    observed.wire.connection.answer(0);
    await observed.clock.advance(100);
    expect(second.message).toMatch(/within 100 ms, but something came: .* set ignoreTransactionId: true/);
  });

  it('on a serial line is followed by a question that looks different, so that its late answer fits nothing', async () => {
    const observed = new ObservedLine({ wire: new FakeWire('serial') });
    const silent = await observed.asking({ unit: 1, start: 10 });
    const next = observed.submit({ unit: 1, start: 20 });
    await observed.clock.advance(100);
    const { connection } = observed.wire;
    expect([silent.outcome, connection.isDropped, connection.sent.length]).toEqual(['MODBUS_TIMEOUT, sent', false, 2]);
    expect(connection.sent[1].readUInt16BE(4)).not.toBe(1);
    connection.answer(0);
    expect([next.outcome, connection.sent.length]).toEqual(['waits', 2]);
    connection.answer(1);
    connection.answer();
    expect([next.outcome, connection.asked.at(-1)]).toEqual(['20', '1:20']);
  });
});

describe('turns (§9.1)', () => {
  it('go round the units, however much one of them has to ask', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 1 });
    for (const start of [2, 3, 4]) observed.submit({ unit: 1, start });
    for (const start of [1, 2]) observed.submit({ unit: 2, start });
    observed.submit({ unit: 3, start: 1 });
    const asked = await observed.answerAll();
    expect(
      asked
        .slice(1, 4)
        .map((request) => request[0])
        .sort(),
    ).toEqual(['1', '2', '3']);
    expect(asked.slice(4)).toHaveLength(3);
    expect(
      asked
        .slice(4, 6)
        .map((request) => request[0])
        .sort(),
    ).toEqual(['1', '2']);
  });

  it('go round also when one call needs many requests', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 1, then: ['more', 'more'] });
    observed.submit({ unit: 2, start: 1 });
    expect(await observed.answerAll()).toEqual(['1:1', '2:1', '1:1', '1:1']);
  });

  it('put writes ahead of reads, of every unit, and let a read through after 32 of them', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 1 });
    observed.submit({ unit: 2, start: 2 });
    for (let write = 0; write < 34; write += 1) observed.submit({ unit: 1, start: 100 + write, isWrite: true });
    const asked = await observed.answerAll();
    expect(asked.indexOf('2:2')).toBe(33);
    expect(asked).toHaveLength(36);
  });

  it('are waited for until the deadline, then the call ends unsent', async () => {
    const observed = new ObservedLine();
    await observed.asking({ unit: 1, start: 1 });
    const late = observed.submit({ unit: 2, start: 2, deadlineMs: 60 });
    await observed.clock.advance(60);
    expect(late.outcome).toBe('MODBUS_QUEUE_TIMEOUT, not sent');
    observed.wire.connection.answer();
    expect(observed.wire.connection.asked).toEqual(['1:1']);
  });

  it('are refused when too many wait', async () => {
    const observed = new ObservedLine({ maxQueuedCalls: 1 });
    await observed.asking();
    observed.submit({ unit: 1, start: 1 });
    expect(observed.submit({ unit: 1, start: 2 }).outcome).toBe('MODBUS_QUEUE_FULL, not sent');
  });

  it('of a device that goes are cancelled, and nobody else’s', async () => {
    const observed = new ObservedLine();
    const out = await observed.asking({ unit: 1, start: 1 });
    const waiting = observed.submit({ unit: 1, start: 2 });
    const other = observed.submit({ unit: 2, start: 3 });
    observed.line.removeLane(1);
    expect(outcomes([out, waiting, other])).toEqual(['MODBUS_CANCELLED, sent', 'MODBUS_CANCELLED, not sent', 'waits']);
    observed.wire.connection.answer();
    observed.wire.connection.answer();
    expect(other.outcome).toBe('3');
  });
});

describe('a connection', () => {
  it('is made when first there is something to ask', async () => {
    const observed = new ObservedLine();
    await observed.clock.advance(1_000);
    expect(observed.wire.connections).toHaveLength(0);
    await observed.asking();
    expect(observed.wire.connections).toHaveLength(1);
  });

  it('that cannot be made ends every call that waits, unsent, and for a while those that come at once', async () => {
    const wire = new FakeWire();
    wire.accepts = false;
    const observed = new ObservedLine({ wire });
    const waiting = [await observed.asking(), observed.submit({ unit: 2, start: 1 })];
    wire.connection.lost('ECONNREFUSED');
    expect(outcomes(waiting)).toEqual(['MODBUS_UNREACHABLE, not sent', 'MODBUS_UNREACHABLE, not sent']);
    expect(observed.submit({ unit: 1, start: 2 }).outcome).toBe('MODBUS_UNREACHABLE, not sent');
    expect(wire.connections).toHaveLength(1);
    await observed.clock.advance(50);
    wire.accepts = true;
    const later = await observed.asking();
    wire.connection.answer();
    expect(later.outcome).toBe('0');
  });

  it('that takes too long is given up', async () => {
    const wire = new FakeWire();
    wire.accepts = false;
    const observed = new ObservedLine({ wire, connectTimeoutMs: 2_000 });
    const waiting = await observed.asking();
    await observed.clock.advance(2_000);
    expect([waiting.outcome, wire.connection.isDropped]).toEqual(['MODBUS_UNREACHABLE, not sent', true]);
  });

  it('that breaks ends the call whose request is out, and those behind it wait for the next one', async () => {
    const observed = new ObservedLine();
    await observed.asking();
    observed.wire.connection.answer();
    const out = await observed.asking({ unit: 1, start: 1 });
    const behind = observed.submit({ unit: 2, start: 2 });
    observed.wire.connection.lost();
    expect(outcomes([out, behind])).toEqual(['MODBUS_CONNECTION_LOST, sent', 'waits']);
    await observed.clock.advance(50);
    observed.wire.connection.answer();
    expect(behind.outcome).toBe('2');
  });

  it('that was accepted only to be hung up is as good as none: nobody waits for the next', async () => {
    const observed = new ObservedLine();
    const calls = [await observed.asking(), observed.submit({ unit: 2, start: 2 })];
    observed.wire.connection.lost();
    expect(outcomes(calls)).toEqual(['MODBUS_CONNECTION_LOST, sent', 'MODBUS_UNREACHABLE, not sent']);
  });

  it('that breaks between the halves of a read-modify-write ends that: what was read may be out of date', async () => {
    const observed = new ObservedLine({ interRequestDelayMs: 20 });
    const halfway = await observed.asking({ unit: 1, start: 1, then: ['hold'] });
    observed.wire.connection.answer();
    observed.wire.connection.lost();
    expect(halfway.outcome).toBe('MODBUS_CONNECTION_LOST, not sent');
  });

  it('is closed once and for all: the call that is out may have been heard, the others were not', async () => {
    const observed = new ObservedLine();
    const calls = [await observed.asking(), observed.submit({ unit: 2, start: 1 })];
    observed.line.close();
    calls.push(observed.submit({ unit: 3, start: 1 }));
    expect(outcomes(calls)).toEqual(['MODBUS_CLOSED, sent', 'MODBUS_CLOSED, not sent', 'MODBUS_CLOSED, not sent']);
    expect([observed.wire.connection.isDropped, observed.clock.pendingTimers]).toEqual([true, 0]);
    await observed.clock.advance(60_000);
    expect(observed.wire.connections).toHaveLength(1);
  });
});

describe('a stall of this process', () => {
  it('is no time-out for an answer that has arrived meanwhile', async () => {
    const observed = new ObservedLine();
    const out = await observed.asking({ unit: 1, start: 7 });
    observed.clock.stall(5_000);
    const advanced = observed.clock.advance(0);
    setImmediate(() => observed.wire.connection.answer());
    await advanced;
    await observed.clock.advance(0);
    expect([out.outcome, observed.wire.connection.isDropped]).toEqual(['7', false]);
  });
});
