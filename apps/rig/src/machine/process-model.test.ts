import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packagingLine, press } from './machines.js';
import { measure } from './measurement.js';
import { initialState, step, type MachineCommands, type MachineState, type MachineTraits } from './process-model.js';

const { traits } = packagingLine[1];

/** Whatever a client can write into a float32, at whatever pace the machine is stepped. */
const anyCommands = fc.record({
  start: fc.boolean(),
  setpoint: fc.oneof(fc.integer({ min: -50, max: 200 }), fc.float()),
});

/** A supply that a piece can empty and a moment can fill. */
const greedy: MachineTraits = { ...traits, levelPerPiece: 30, refillPerSecond: 200 };
const anyTraits = fc.constantFrom(
  greedy,
  press.traits,
  ...Object.values(packagingLine).map((machine) => machine.traits),
);
const history = fc.array(fc.tuple(anyCommands, fc.integer({ min: 0, max: 60_000 })), { maxLength: 60 });

describe('whatever is commanded', () => {
  const alongAnyHistory = (
    check: (before: MachineState, after: MachineState, traits: MachineTraits, dtMs: number) => void,
  ) =>
    fc.assert(
      fc.property(anyTraits, fc.integer(), history, (kind, seed, steps) => {
        let state = initialState(kind, seed);
        for (const [commands, dtMs] of steps) {
          const next = step(state, commands, kind, dtMs);
          check(state, next, kind, dtMs);
          state = next;
        }
      }),
    );

  test('the speed stays between 0 and the maximum and changes no faster than the ramp', () => {
    alongAnyHistory((before, { speed }, { maxSpeed, rampPerSecond }, dtMs) => {
      expect(speed >= 0 && speed <= maxSpeed).toBe(true);
      expect(Math.abs(speed - before.speed)).toBeLessThanOrEqual((rampPerSecond * dtMs) / 1_000 + 1e-9);
    });
  });

  test('the supply stays between 0 and 100 %', () => {
    alongAnyHistory((_before, { level }) => expect(level >= 0 && level <= 100).toBe(true));
  });

  test('pieces are whole, and only added', () => {
    alongAnyHistory((before, { count, partialPiece }) => {
      expect(Number.isInteger(count) && count >= before.count).toBe(true);
      expect(partialPiece >= 0 && partialPiece < 1).toBe(true);
    });
  });

  test('the temperature stays between ambient and what full speed settles at', () => {
    alongAnyHistory((_before, { temperatureC }, { ambientC, heatPerSpeed, maxSpeed }) => {
      expect(temperatureC).toBeGreaterThanOrEqual(ambientC - 1e-9);
      expect(temperatureC).toBeLessThanOrEqual(ambientC + heatPerSpeed * maxSpeed + 1e-9);
    });
  });

  test('what is measured are finite numbers near the truth', () => {
    alongAnyHistory((_before, state, kind) => {
      const { speed, level, temperatureC } = measure('filler', state, { start: true, setpoint: 60 }, kind);
      expect(Math.abs(speed - state.speed)).toBeLessThanOrEqual(0.3);
      expect(Math.abs(level - state.level)).toBeLessThanOrEqual(0.1);
      expect(Math.abs(temperatureC - state.temperatureC)).toBeLessThanOrEqual(0.15);
    });
  });
});

test('reaches any setpoint within the ramp, and stays there', () => {
  fc.assert(
    fc.property(anyTraits, fc.integer({ min: 0, max: 1_000 }), (kind, permille) => {
      const setpoint = (permille / 1_000) * kind.maxSpeed;
      const rampMs = (setpoint / kind.rampPerSecond) * 1_000;
      const arrived = run({ start: true, setpoint }, Math.ceil(rampMs / 100) + 1, kind);
      expect(arrived.speed).toBe(setpoint);
      expect(step(arrived, { start: true, setpoint }, kind, 100).speed).toBe(setpoint);
    }),
  );
});

test('two half steps make the way of a whole one', () => {
  fc.assert(
    fc.property(anyCommands, fc.integer({ min: 0, max: 60_000 }), (commands, dtMs) => {
      const whole = step(initialState(traits, 1), commands, traits, dtMs).speed;
      const halves = step(step(initialState(traits, 1), commands, traits, dtMs / 2), commands, traits, dtMs / 2).speed;
      expect(halves).toBeCloseTo(whole, 6);
    }),
  );
});

test('makes as many pieces as its speed says', () => {
  const running = run({ start: true, setpoint: 60 }, 200);
  const aMinuteLater = run({ start: true, setpoint: 60 }, 600, traits, running);
  expect(aMinuteLater.count - running.count).toBe(60);
});

test('comes to rest when stopped, and makes nothing more', () => {
  const running = run({ start: true, setpoint: 60 }, 200);
  const stopped = run({ start: false, setpoint: 60 }, 200, traits, running);
  expect(stopped.speed).toBe(0);
  expect(run({ start: false, setpoint: 60 }, 100, traits, stopped).count).toBe(stopped.count);
});

test('the supply runs down to the refill mark and is then refilled', () => {
  let state = run({ start: true, setpoint: 100 }, 300);
  let [lowest, highest] = [100, 0];
  for (let i = 0; i < 20_000; i++) {
    state = step(state, { start: true, setpoint: 100 }, traits, 100);
    lowest = Math.min(lowest, state.level);
    highest = Math.max(highest, state.level);
  }
  expect(lowest).toBeGreaterThan(19);
  expect(lowest).toBeLessThan(20);
  expect(highest).toBeGreaterThanOrEqual(90);
  expect(highest).toBeLessThan(91);
});

test('starts its counter again where a DINT ends', () => {
  const last = { ...run({ start: true, setpoint: 60 }, 200), count: 2 ** 31 - 1, partialPiece: 0.95 };
  expect(step(last, { start: true, setpoint: 60 }, traits, 100).count).toBe(0);
});

test('shows in its mode whether it stands, speeds up, produces or slows down', () => {
  const modeOf = (state: MachineState, commands: MachineCommands): string => measure('x', state, commands, traits).mode;
  const go = { start: true, setpoint: 60 };
  const running = run(go, 200);
  expect([
    modeOf(initialState(traits, 1), { start: false, setpoint: 60 }),
    modeOf(run(go, 1), go),
    modeOf(running, go),
    modeOf(running, { start: false, setpoint: 60 }),
  ]).toEqual(['stopped', 'speeding-up', 'producing', 'slowing-down']);
});

test('raises its alarms for a low supply and for heat', () => {
  const alarmsOf = (parts: Partial<MachineState>): number =>
    measure('x', { ...initialState(traits, 1), ...parts }, { start: false, setpoint: 0 }, traits).alarms;
  expect([
    alarmsOf({}),
    alarmsOf({ level: 24 }),
    alarmsOf({ temperatureC: 56 }),
    alarmsOf({ level: 1, temperatureC: 90 }),
  ]).toEqual([0, 1, 2, 3]);
});

test('begins a batch every 500 pieces', () => {
  const batchAt = (count: number): string =>
    measure('filler', { ...initialState(traits, 1), count }, { start: true, setpoint: 1 }, traits).batch;
  expect([0, 499, 500, 9_999 * 500].map(batchAt)).toEqual(['F-0001', 'F-0001', 'F-0002', 'F-0001']);
});

test('the same seed measures the same, another seed something else', () => {
  const speeds = (seed: number): number[] => {
    let state = initialState(traits, seed);
    return Array.from({ length: 50 }, () => {
      state = step(state, { start: true, setpoint: 60 }, traits, 1_000);
      return measure('x', state, { start: true, setpoint: 60 }, traits).speed;
    });
  };
  expect(speeds(1)).toEqual(speeds(1));
  expect(speeds(1)).not.toEqual(speeds(2));
  expect(new Set(speeds(1).slice(20)).size).toBeGreaterThan(20);
});

function run(
  commands: MachineCommands,
  steps: number,
  kind: MachineTraits = traits,
  from: MachineState = initialState(kind, 1),
): MachineState {
  let state = from;
  for (let i = 0; i < steps; i++) state = step(state, commands, kind, 100);
  return state;
}
