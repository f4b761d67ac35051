import { GatewayError } from '@fieldwarden/core';
import type { ReachedState } from '@fieldwarden/invoker';
import { describe, expect, it } from 'vitest';
import { driverState } from './driver-state.js';
import type { HomePhase } from '../home/session-home.js';

const error = new GatewayError({ code: 'TEST', kind: 'bug', message: 'test' });
const ready: HomePhase = { type: 'ready' };

describe('the state of a driver', () => {
  it.each([
    [{ type: 'stopped' }, 'Stopped'],
    [{ type: 'stopping' }, 'Stopped'],
    [{ type: 'starting' }, 'Initializing'],
    [{ type: 'recovering', error }, 'Reconnecting'],
    [{ type: 'failed', error }, 'Faulted'],
  ] as [HomePhase, string][])('of a session that is %o is %s, whatever its devices did', (phase, state) => {
    for (const devices of [[], ['connected'], ['unreachable']] as ReachedState[][]) {
      expect(driverState(phase, devices)).toBe(state);
    }
  });

  it.each([
    [[], 'Healthy'],
    [['connected'], 'Healthy'],
    [['unknown'], 'Initializing'],
    [['connected', 'unknown'], 'Initializing'],
    [['unreachable'], 'Reconnecting'],
    [['unreachable', 'unknown'], 'Reconnecting'],
    [['demoted', 'unreachable'], 'Reconnecting'],
    [['connected', 'unreachable'], 'Degraded'],
    [['connected', 'demoted'], 'Degraded'],
  ] as [ReachedState[], string][])('of a ready session with devices %j is %s', (devices, state) => {
    expect(driverState(ready, devices)).toBe(state);
  });
});
