import { describe, expect, it } from 'vitest';
import { FakeWire } from '../testing/fake-wire.js';
import { ObservedLine } from '../testing/observed-line.js';

const toAll = { unit: 0, start: 20, isWrite: true, isBroadcast: true } as const;

function serialLine(options: { readonly turnaroundDelayMs?: number } = {}): ObservedLine {
  return new ObservedLine({ wire: new FakeWire('serial'), ...options });
}

describe('a request to unit 0 of a serial line (§9.1)', () => {
  it('is done when it is sent, and nobody is asked before the units had time to carry it out', async () => {
    const observed = serialLine();
    const all = await observed.asking(toAll);
    const next = observed.submit({ unit: 1, start: 10 });
    expect(all.outcome).toBe('sent to all');
    await observed.clock.advance(99);
    expect(observed.wire.connection.asked).toEqual(['0:20']);
    await observed.clock.advance(1);
    expect(observed.wire.connection.asked).toEqual(['0:20', '1:10']);
    observed.wire.connection.answer();
    expect(next.outcome).toBe('10');
  });

  it('waits for its turn, and gives its siblings theirs between two of its own', async () => {
    const observed = serialLine({ turnaroundDelayMs: 5 });
    await observed.asking({ unit: 1, start: 10 });
    const all = observed.submit({ ...toAll, then: ['more'] });
    expect(observed.wire.connection.asked).toEqual(['1:10']);
    observed.wire.connection.answer();
    await observed.clock.advance(0);
    expect([all.outcome, observed.wire.connection.asked]).toEqual(['waits', ['1:10', '0:20']]);
    await observed.clock.advance(5);
    expect([all.outcome, observed.wire.connection.asked]).toEqual(['sent to all', ['1:10', '0:20', '0:20']]);
  });

  it('leaves nothing behind that the next answers could be mistaken for, whoever answers it all the same', async () => {
    const observed = serialLine({ turnaroundDelayMs: 5 });
    await observed.asking(toAll);
    observed.wire.connection.answer();
    await observed.clock.advance(5);
    const next = await observed.asking({ unit: 1, start: 10 });
    expect(observed.wire.connection.asked).toEqual(['0:20', '1:10']);
    observed.wire.connection.answer();
    expect([next.outcome, observed.wire.connections.length]).toEqual(['10', 1]);
  });

  it('was not sent when there is no connection', async () => {
    const observed = serialLine();
    observed.wire.accepts = false;
    const all = await observed.asking(toAll);
    observed.wire.connection.lost('no such port');
    expect(all.outcome).toBe('MODBUS_UNREACHABLE, not sent');
  });
});
