import { GatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmPump, type AlarmPort } from './alarm-pump.js';
import { decodeHostMessage } from '../wire/control-codec.js';
import { frameHeaderBytes } from '../wire/frames.js';
import { echoAlarm } from '../testing/echo-history.js';

/** What arrives on the other side, in order: numbers of alarms, `lost N`, `failed`. */
function testPort() {
  const arrived: (number | string)[] = [];
  let writable = true;
  const port: AlarmPort = {
    writable: () => writable,
    sendFrame: (frame) => {
      const message = decodeHostMessage(frame.subarray(frameHeaderBytes));
      if (message.type !== 'alarms') throw new Error('not alarms');
      arrived.push(...message.events.map(({ atMs }) => atMs));
      if (message.lost > 0) arrived.push(`lost ${message.lost}`);
    },
    sendAlarmsFailed: () => void arrived.push('failed'),
    pushed: () => undefined,
    lostAlarms: () => undefined,
  };
  return { port, arrived, setWritable: (value: boolean) => (writable = value) };
}

const alarms = (from: number, count: number) => Array.from({ length: count }, (_, i) => echoAlarm(from + i));
const unreachable = new GatewayError({ code: 'X', kind: 'unreachable', message: 'gone' });

describe('the queue of alarms (§2)', () => {
  it('keeps alarms while there are no credits, and sends them in their order', () => {
    const { port, arrived } = testPort();
    const pump = new AlarmPump(port, 1, 0);
    pump.push(alarms(0, 3));
    pump.push(alarms(3, 2));
    expect(arrived).toEqual([]);
    pump.addCredits(1);
    expect(arrived).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells a failure after the alarms before it, and what came after as lost', () => {
    const { port, arrived, setWritable } = testPort();
    const pump = new AlarmPump(port, 1, 5);
    setWritable(false);
    pump.push(alarms(0, 2));
    pump.fail(unreachable);
    pump.push(alarms(2, 1));
    setWritable(true);
    pump.resume();
    expect(arrived).toEqual([0, 1, 'failed', 'lost 1']);
  });

  it('tells what a driver itself lost', () => {
    const { port, arrived } = testPort();
    const pump = new AlarmPump(port, 1, 5);
    pump.lost(4);
    expect(arrived).toEqual(['lost 4']);
  });

  it('sends nothing after its end', () => {
    const { port, arrived } = testPort();
    const pump = new AlarmPump(port, 1, 0);
    pump.push(alarms(0, 1));
    pump.end();
    pump.push(alarms(1, 1));
    pump.fail(unreachable);
    pump.addCredits(9);
    expect(arrived).toEqual([]);
  });

  it('accounts for every alarm: each arrives once and in order, or is counted as lost', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('push' as const), count: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ what: fc.constant('credits' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ what: fc.constantFrom('full' as const, 'room' as const), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { port, arrived, setWritable } = testPort();
        const pump = new AlarmPump(port, 1, 2);
        let pushed = 0;
        for (const { what, count } of steps) {
          if (what === 'push') {
            pump.push(alarms(pushed, count));
            pushed += count;
          } else if (what === 'credits') pump.addCredits(count);
          else {
            setWritable(what === 'room');
            pump.resume();
          }
        }
        setWritable(true);
        pump.addCredits(1_000);
        const numbers = arrived.filter((entry) => typeof entry === 'number');
        const lost = arrived.reduce<number>(
          (sum, entry) => sum + (typeof entry === 'string' ? Number(entry.slice(5)) : 0),
          0,
        );
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(numbers.length + lost).toBe(pushed);
      }),
    );
  });
});
