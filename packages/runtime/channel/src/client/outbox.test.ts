import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.js';
import type { Transport } from '../wire/transport.js';

class SlowTransport implements Transport {
  readonly sent: string[] = [];
  room = true;

  send(bytes: Uint8Array): boolean {
    this.sent.push(Buffer.from(bytes).toString());
    return this.room;
  }

  receive(): void {}
}

const limits = { maxWaitingRequests: 3, maxWaitingControls: 2 };
const request = (text: string): { encode: () => Uint8Array } => ({ encode: () => Buffer.from(text) });
const control = (text: string): Uint8Array => Buffer.from(text);

describe('Outbox', () => {
  it('holds requests back until there are call credits', () => {
    const transport = new SlowTransport();
    const outbox = new Outbox(transport, limits);
    outbox.sendRequest(request('a'), 'other');
    outbox.sendRequest(request('b'), 'other');
    outbox.addCallCredits(1);
    expect(transport.sent).toEqual(['a']);
    outbox.addCallCredits(1);
    expect(transport.sent).toEqual(['a', 'b']);
  });

  it('sends control messages first, then writes, then the rest, once there is room', () => {
    const transport = new SlowTransport();
    const outbox = new Outbox(transport, limits);
    outbox.addCallCredits(10);
    transport.room = false;
    outbox.sendRequest(request('fills'), 'other');
    outbox.sendRequest(request('read'), 'other');
    outbox.sendRequest(request('write'), 'write');
    outbox.sendControl(control('control'));
    expect(transport.sent).toEqual(['fills']);
    transport.room = true;
    outbox.drained();
    expect(transport.sent).toEqual(['fills', 'control', 'write', 'read']);
  });

  it('lets an urgent request go without a credit, and pays it back from the next ones', () => {
    const transport = new SlowTransport();
    const outbox = new Outbox(transport, limits);
    outbox.sendRequest(request('stuck'), 'write');
    outbox.sendRequest(request('urgent'), 'urgent');
    expect(transport.sent).toEqual(['urgent']);
    outbox.addCallCredits(1);
    expect(transport.sent).toEqual(['urgent']);
    outbox.addCallCredits(1);
    expect(transport.sent).toEqual(['urgent', 'stuck']);
  });

  it('refuses requests over its limit', () => {
    const outbox = new Outbox(new SlowTransport(), limits);
    const taken = ['a', 'b', 'c', 'd'].map((text) => outbox.sendRequest(request(text), 'other'));
    expect(taken).toEqual([true, true, true, false]);
  });

  it('says when a Host that does not read has too many control messages waiting', () => {
    const transport = new SlowTransport();
    transport.room = false;
    const outbox = new Outbox(transport, limits);
    const taken = ['fills', 'a', 'b', 'c'].map((text) => outbox.sendControl(control(text)));
    expect(taken).toEqual([true, true, true, false]);
  });

  it('never sends a withdrawn request and spends no credit on one that was settled', () => {
    const transport = new SlowTransport();
    const outbox = new Outbox(transport, limits);
    const withdrawn = request('withdrawn');
    outbox.sendRequest(withdrawn, 'write');
    outbox.sendRequest({ encode: () => undefined }, 'other');
    outbox.sendRequest(request('c'), 'other');
    outbox.withdraw(withdrawn);
    outbox.addCallCredits(1);
    expect(transport.sent).toEqual(['c']);
  });
});
