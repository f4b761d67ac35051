import { describe, expect, it } from 'vitest';
import { FakeWire } from '../testing/fake-wire.js';
import { ObservedLine } from '../testing/observed-line.js';

const greeting = Buffer.from('USR-DTU-0001\r\n');

async function greeted(wire: FakeWire, words: Buffer): Promise<ObservedLine> {
  const observed = new ObservedLine({ wire, postConnectDelayMs: 200 });
  observed.submit({ unit: 1, start: 10 });
  await observed.clock.advance(20);
  observed.wire.connection.bring(words);
  await observed.clock.advance(200);
  return observed;
}

describe('what comes before the first request (§9.1)', () => {
  it.each(['tcp', 'serial'] as const)('is dropped: %s', async (kind) => {
    const observed = await greeted(new FakeWire(kind), greeting);
    const { connection } = observed.wire;
    expect([connection.asked, connection.isDropped]).toEqual([['1:10'], false]);
    connection.answer();
    const next = await observed.asking({ unit: 1, start: 20 });
    connection.answer();
    expect([next.outcome, observed.wire.connections.length]).toEqual(['20', 1]);
  });

  it('is said once, in words if it was words', async () => {
    const observed = await greeted(new FakeWire(), greeting);
    expect(observed.logged('MODBUS_GREETING')).toBe(
      'plc:502 sent 14 bytes ("USR-DTU-0001") before its first answer: that is passed over',
    );
    observed.wire.connection.bring(Buffer.from('and more'));
    expect(observed.logged('MODBUS_GREETING')).toContain('14 bytes');
    const other = await greeted(new FakeWire(), Buffer.from([0, 1, 0xff]));
    expect(other.logged('MODBUS_GREETING')).toContain('3 bytes (00 01 ff)');
  });

  it('is dropped on the next connection as well', async () => {
    const observed = await greeted(new FakeWire(), greeting);
    observed.wire.connection.answer();
    observed.wire.connection.lost();
    const next = observed.submit({ unit: 1, start: 20 });
    await observed.clock.advance(100);
    observed.wire.connection.bring(greeting);
    await observed.clock.advance(100);
    observed.wire.connection.answer();
    expect([next.outcome, observed.wire.connections.length]).toEqual(['20', 2]);
  });
});

describe('what comes between the first request and its answer (§9.1)', () => {
  it.each([
    ['a text', greeting, 1],
    ['a short text', Buffer.from('OK'), 1],
    ['a text in single bytes', greeting, greeting.length],
    ['bytes with zeros', Buffer.from('ff01ff00000000000000aa', 'hex'), 1],
  ])('is passed over: %s', async (_what, words, pieces) => {
    const observed = new ObservedLine();
    const asked = await observed.asking({ unit: 1, start: 10 });
    const { connection } = observed.wire;
    const size = Math.ceil(words.length / pieces);
    for (let at = 0; at < words.length; at += size) connection.bring(words.subarray(at, at + size));
    expect(connection.isDropped).toBe(false);
    connection.answer();
    expect([asked.outcome, observed.wire.connections.length]).toEqual(['10', 1]);
    expect(observed.logged('MODBUS_GREETING')).toContain('before its first answer');
  });

  it('is passed over in one segment with the answer, which ends where it ends', async () => {
    const observed = new ObservedLine();
    const asked = await observed.asking({ unit: 1, start: 10 });
    const { connection } = observed.wire;
    const [frame] = connection.sent;
    const answer = Buffer.concat([frame.subarray(0, 2), Buffer.from('00000005010302000a', 'hex')]);
    connection.bring(Buffer.concat([greeting, answer]));
    expect([asked.outcome, connection.isDropped]).toEqual(['10', false]);
    const next = await observed.asking({ unit: 1, start: 20 });
    connection.bring(greeting);
    expect(next.outcome).toMatch(/^MODBUS_/); // something was answered here: this is no greeting any more
    expect(connection.isDropped).toBe(true);
  });

  it('is told when nothing else comes, and ends the connection when it does not end', async () => {
    const observed = new ObservedLine();
    const asked = await observed.asking({ unit: 1, start: 10 });
    observed.wire.connection.bring(Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n'));
    await observed.clock.advance(100);
    expect(asked.message).toMatch(/did not answer within 100 ms.*no Modbus TCP frame \(53 53 48 2d 32 2e 30 2d …\)/);
    const flooded = new ObservedLine();
    const other = await flooded.asking({ unit: 1, start: 10 });
    for (let i = 0; i < 60; i++) flooded.wire.connection.bring(Buffer.from('0123456789'));
    expect([other.outcome, flooded.wire.connection.isDropped]).toEqual([expect.stringMatching(/^MODBUS_/), true]);
  });
});

describe('frames of the other transport', () => {
  it('are named in the error, with the option to set: RTU under Modbus TCP', async () => {
    const observed = new ObservedLine();
    const asked = await observed.asking({ unit: 1, start: 10 });
    observed.wire.connection.bring(Buffer.from('010302000a3843', 'hex'));
    expect(asked.outcome).toBe('MODBUS_WRONG_TRANSPORT, sent');
    expect(observed.logged('MODBUS_WRONG_TRANSPORT')).toMatch(
      /^unit 1 at plc:502 sent .* RTU frame .* set transport: rtu-over-tcp$/,
    );
  });

  it('are named in the error, with the option to set: Modbus TCP under RTU', async () => {
    const wire = new FakeWire('serial');
    const observed = new ObservedLine({ wire });
    const asked = await observed.asking({ unit: 1, start: 10 });
    observed.wire.connection.bring(Buffer.from('000100000005010302000a', 'hex'));
    await observed.clock.advance(100);
    expect(asked.outcome).toBe('MODBUS_WRONG_TRANSPORT, sent');
    expect(asked.message).toMatch(/within 100 ms, but something came: it is a Modbus TCP frame.* set transport: tcp$/);
  });
});

it('a peer that is silent or hangs up on RTU frames, and never answered one, may speak Modbus TCP', async () => {
  const observed = new ObservedLine({ wire: new FakeWire('serial', 'set transport: tcp') });
  const asked = await observed.asking({ unit: 1, start: 10 });
  observed.wire.connection.lost('the device closed the connection');
  expect(asked.message).toBe('the connection to plc:502 broke: the device closed the connection; set transport: tcp');
  await observed.clock.advance(100);
  const silent = await observed.asking({ unit: 2, start: 10 });
  await observed.clock.advance(100);
  expect(silent.message).toBe('unit 2 at plc:502 did not answer within 100 ms; set transport: tcp');
  await observed.clock.advance(100);
  await observed.asking({ unit: 1, start: 10 });
  observed.wire.connection.answer(); // to the read that brings the unit back in step
  observed.wire.connection.answer();
  const next = await observed.asking({ unit: 1, start: 10 });
  observed.wire.connection.lost('gone');
  expect(next.message).toBe('the connection to plc:502 broke: gone');
});
