import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { newsOf } from './news.js';

let seq = 0;
const event = (message: string, more: Partial<GatewayEvent<'driver' | 'host'>> = {}): GatewayEvent => ({
  seq: (seq += 1),
  at: '2026-01-01T00:00:00.000Z',
  type: 'driver',
  driverId: 'line',
  message,
  ...more,
});

describe('recent events (§13)', () => {
  it('tell once that a device is off scan, however often it is asked in vain', () => {
    const unit = { device: 'unit-2' };
    const events = ['demoted', 'demoted', 'connected', 'demoted', 'demoted'].map((state) => event(state, unit));
    expect(newsOf(events).map(({ message }) => message)).toEqual(['demoted', 'connected', 'demoted']);
  });

  it('keep devices apart, and whatever is of a driver', () => {
    const events = [
      event('demoted', { device: 'a' }),
      event('demoted', { device: 'b' }),
      event('Faulted'),
      event('Faulted'),
    ];
    expect(newsOf(events)).toEqual(events);
  });

  it('leave out the rows of the Hosts, not the Hosts', () => {
    const host = event('Host of line is ready', { type: 'host' });
    expect(newsOf([host, event('line/a: demoted, breaker open', { type: 'host', device: 'a' })])).toEqual([host]);
  });
});
