import { driverStates, type DriverState } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { health, liveness, readiness, startup, type DriverHealth } from './health-rules.js';

const facts = { usingStaleConfig: false, uptimeSeconds: 12, concerns: [] };

function drivers(...states: DriverState[]): DriverHealth[] {
  return states.map((state, i) => ({ id: `d${i}`, type: 'modbus', state, lastError: null }));
}

describe('readiness (§12.1)', () => {
  it.each<[DriverState, number, string]>([
    ['Healthy', 200, 'Healthy'],
    ['Stopped', 200, 'Healthy'],
    ['Degraded', 200, 'Degraded'],
    ['Reconnecting', 200, 'Degraded'],
    ['Initializing', 503, 'NotReady'],
    ['Unknown', 503, 'NotReady'],
    ['Faulted', 503, 'Faulted'],
  ])('with one driver %s is %i %s', (state, httpStatus, verdict) => {
    expect(readiness(drivers(state), [], facts)).toMatchObject({ httpStatus, body: { verdict } });
  });

  it('tells the code of an error to anybody, and no text of it', () => {
    const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer from 10.0.0.7', at: '2030' };
    const service = { id: 's', state: 'Faulted', lastError, critical: false } as const;
    const { body } = readiness([{ id: 'd', type: 'modbus', state: 'Faulted', lastError }], [service], facts);
    const anonymous = { code: 'MODBUS_TIMEOUT', kind: 'timeout', at: '2030' };
    expect(body.drivers).toEqual([{ id: 'd', type: 'modbus', state: 'Faulted', lastError: anonymous }]);
    expect(body.services).toEqual([{ id: 's', state: 'Faulted', lastError: anonymous }]);
  });

  it('without drivers is 200', () => {
    expect(readiness([], [], facts)).toEqual({
      httpStatus: 200,
      body: {
        verdict: 'Healthy',
        drivers: [],
        services: [],
        degradedDrivers: [],
        concerns: [],
        usingStaleConfig: false,
        uptimeSeconds: 12,
      },
    });
  });

  it.each([
    ['Faulted', false, 200, 'Degraded'],
    ['Initializing', false, 200, 'Degraded'],
    ['Reconnecting', false, 200, 'Degraded'],
    ['Stopped', false, 200, 'Healthy'],
    ['Faulted', true, 503, 'Faulted'],
    ['Initializing', true, 503, 'NotReady'],
    ['Degraded', true, 200, 'Degraded'],
  ] as const)('with a service %s, critical: %s, is %i %s (§16.3)', (state, critical, httpStatus, verdict) => {
    const lastError = null;
    const service = { id: 'outlet', state, lastError, critical };
    expect(readiness(drivers('Healthy'), [service], facts)).toMatchObject({
      httpStatus,
      body: { verdict, services: [{ id: 'outlet', state, lastError }] },
    });
  });

  it('with a concern of the gateway itself is 200 Degraded with the reason, unless a driver is worse', () => {
    const concerns = [{ code: 'disk-not-written', message: 'the disk takes nothing' }];
    expect(readiness(drivers('Healthy'), [], { ...facts, concerns })).toMatchObject({
      httpStatus: 200,
      body: { verdict: 'Degraded', concerns },
    });
    expect(readiness(drivers('Faulted'), [], { ...facts, concerns }).httpStatus).toBe(503);
  });

  it('follows the rules of the specification for every combination of states', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...driverStates), { maxLength: 8 }), fc.boolean(), (states, stale) => {
        const { httpStatus, body } = readiness(drivers(...states), [], { ...facts, usingStaleConfig: stale });
        const has = (...wanted: DriverState[]): boolean => states.some((state) => wanted.includes(state));
        expect(httpStatus).toBe(has('Faulted', 'Unknown', 'Initializing') ? 503 : 200);
        expect(body.verdict === 'Faulted').toBe(has('Faulted'));
        expect(body.verdict === 'NotReady').toBe(has('Unknown', 'Initializing') && !has('Faulted'));
        const working = !has('Faulted', 'Unknown', 'Initializing');
        expect(body.verdict === 'Degraded').toBe(has('Degraded', 'Reconnecting') && working);
        expect(body.drivers.map(({ state }) => state)).toEqual(states);
        expect(body.degradedDrivers).toEqual(
          states.flatMap((state, i) => (state === 'Degraded' || state === 'Reconnecting' ? [`d${i}`] : [])),
        );
        expect(body.usingStaleConfig).toBe(stale);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the drivers, nor on who is stopped', () => {
    const states = fc.array(fc.constantFrom(...driverStates), { maxLength: 8 });
    fc.assert(
      fc.property(states, fc.nat(8), (all, at) => {
        const stopped = [...all.slice(0, at), 'Stopped' as const, ...all.slice(at)];
        const verdict = readiness(drivers(...all), [], facts).body.verdict;
        expect(readiness(drivers(...stopped.reverse()), [], facts).body.verdict).toBe(verdict);
      }),
    );
  });
});

describe('health (§12.1)', () => {
  const gateway = { started: true, uptimeSeconds: 5, generation: 3, version: '1.2.3', concerns: [] };

  it.each([
    [true, false, 200, 'ok'],
    [true, true, 200, 'ok'],
    [false, true, 200, 'ok'],
    [false, false, 503, 'fail'],
  ] as const)(
    'with authority reachable %s and stale configuration %s is %i',
    (reachable, stale, httpStatus, status) => {
      expect(health({ ...gateway, configDbReachable: reachable, usingStaleConfig: stale })).toEqual({
        httpStatus,
        body: {
          status,
          uptimeSeconds: 5,
          configDbReachable: reachable,
          usingStaleConfig: stale,
          generation: 3,
          version: '1.2.3',
        },
      });
    },
  );
});

it('whoever answers is alive (§12.1)', () => {
  expect(liveness()).toEqual({ httpStatus: 200, body: { status: 'ok' } });
});

it('start-up is over when the gateway says so', () => {
  expect(startup({ started: false })).toEqual({ httpStatus: 503, body: { status: 'starting' } });
  expect(startup({ started: true })).toEqual({ httpStatus: 200, body: { status: 'ok' } });
});
