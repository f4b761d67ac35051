import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { signatureOf } from '../check/checker.js';
import { evaluated, TestExpression } from '../testing/evaluated.js';
import { functionTable } from './function-table.js';

const { BadTimeout, UncertainLastUsableValue } = statusCodes;

describe('every function', () => {
  it.each(functionTable.map((definition) => [signatureOf(definition), definition] as const))(
    '%s has a sentence, its own name, and an example that holds',
    (_signature, definition) => {
      expect(definition.summary).toMatch(/^[^\s].*\.$|: `.*`\.$/);
      expect(functionTable.filter(({ name }) => name === definition.name)).toHaveLength(1);
      const { example } = definition;
      if (example) expect(String(evaluated(example[0]))).toBe(example[1]);
      else expect(['quality', 'edges', 'windows', 'times']).toContain(definition.group);
    },
  );
});

describe('numbers and bits', () => {
  it.each([
    ['round(-2.5)', -3],
    ['round(2.4)', 2],
    ['floor(2)', 2],
    ['trunc(2.9)', 2],
    ['min(1, 2.5)', 1],
    ['max(1, 2.5, -3)', 2.5],
    ['clamp(-1, 0, 10)', 0],
    ['abs(-9223372036854775808)', 9_223_372_036_854_775_808n],
    ['sign(0)', 0],
    ['pow(2, 0.5) > 1.41', true],
    ['bit(-1, 63)', true],
    ['bit(8, 2)', false],
    ['number(" 12 ")', 12],
    ['round(1e18)', 1_000_000_000_000_000_000n],
  ])('%s is %s', (text, value) => expect(evaluated(text)).toBe(value));

  it.each(['number("a")', 'number("")', 'round(1e30)', 'pow(-8, 0.5)', 'exp(1000)'])('%s is Bad', (text) =>
    expect(evaluated(text)).toBeNull(),
  );
});

describe('quality', () => {
  const at = (status: number, value: number | null = 4) =>
    ({ x: { type: 'float64', value, status, atMs: 990_000 } }) as const;

  it('is looked at without being passed on', () => {
    expect(new TestExpression('isBad({x})', at(BadTimeout, null)).result()).toMatchObject({ value: true, status: 0 });
    expect(evaluated('isGood({x})', at(0))).toBe(true);
    expect(evaluated('isUncertain({x})', at(UncertainLastUsableValue))).toBe(true);
    expect(evaluated('status({x})', at(BadTimeout, null))).toBe(BadTimeout);
    expect(evaluated('sourceTime({x})', at(0))).toBe(990_000);
    expect(evaluated('sourceAge({x})', at(0))).toBe(10_000);
    expect(evaluated('isBad({x}) || {x} > 3', at(BadTimeout, null))).toBe(true);
  });

  it('falls back while it is Bad, and only then', () => {
    const value = new TestExpression('quality({x}, 0) + 1', at(BadTimeout, null));
    expect(value.result()).toMatchObject({ value: 1, status: 0 });
    value.set({ x: { value: 4, status: UncertainLastUsableValue } });
    expect(value.result()).toMatchObject({ value: 5, status: UncertainLastUsableValue });
  });

  it('remembers when the value changed, not when it was read', () => {
    const value = new TestExpression('lastChange({x})', { x: { type: 'int32', value: 1, atMs: 1_000 } });
    expect(value.value).toBe(1_000);
    expect(value.set({ x: { value: 1, atMs: 2_000 } }).value).toBe(1_000);
    expect(value.set({ x: { value: 2, atMs: 3_000 } }).value).toBe(3_000);
    expect(value.set({ x: { value: null, status: BadTimeout, atMs: 4_000 } }).value).toBe(3_000);
  });
});

describe('edges and durations', () => {
  const bool = { x: { type: 'bool', value: false } } as const;

  it('pulse in the one evaluation that sees the step, and ask for the next at once', () => {
    const rising = new TestExpression('rising({x})', bool);
    expect(rising.value).toBe(false);
    rising.set({ x: { value: true } });
    expect(rising.result()).toMatchObject({ value: true, wakeAtMs: rising.nowMs });
    expect(rising.result()).toMatchObject({ value: false, wakeAtMs: Infinity });
    expect(rising.set({ x: { value: false } }).value).toBe(false);
  });

  it('see no step over a gap of quality, and none at the start', () => {
    const rising = new TestExpression('rising({x})', { x: { type: 'bool', value: true } });
    expect(rising.value).toBe(false);
    rising.set({ x: { value: null, status: BadTimeout } });
    expect(rising.result().status).toBe(BadTimeout);
    expect(rising.set({ x: { value: true } }).value).toBe(false);
    const falling = new TestExpression('falling({x})', { x: { type: 'bool', value: true } });
    falling.result();
    expect(falling.set({ x: { value: false } }).value).toBe(true);
  });

  it('are seen where the rest of the expression does not count them', () => {
    const tags = { gate: { type: 'bool', value: false }, x: { type: 'bool', value: false } } as const;
    const value = new TestExpression('{gate} && rising({x})', tags);
    value.result();
    value.set({ x: { value: true } }).result();
    expect(value.set({ gate: { value: true } }).value).toBe(false);
    const branch = new TestExpression('{gate} ? changed({x}) : false', tags);
    branch.result();
    branch.set({ x: { value: true } }).result();
    expect(branch.set({ gate: { value: true } }).value).toBe(false);
  });

  it('know the value before, and whether it is another', () => {
    const tags = { x: { type: 'int32', value: 1 } } as const;
    const previous = new TestExpression('previous({x})', tags);
    expect([previous.value, previous.set({ x: { value: 5 } }).value, previous.value]).toEqual([1, 1, 1]);
    expect(previous.set({ x: { value: 7 } }).value).toBe(5);
    const changed = new TestExpression('changed({x})', tags);
    expect([changed.value, changed.set({ x: { value: 2 } }).value, changed.value]).toEqual([false, true, false]);
  });

  it('count since when, and wake with the time', () => {
    const since = new TestExpression('since({x})', bool);
    expect(since.result()).toMatchObject({ value: 0, wakeAtMs: Infinity });
    since.set({ x: { value: true } }).result();
    expect(since.after(2_500).result()).toMatchObject({ value: 2_500, wakeAtMs: since.nowMs + 1_000 });
    expect(since.set({ x: { value: false } }).value).toBe(0);
    const stable = new TestExpression('stableFor({x}, 5s)', { x: { type: 'int32', value: 1 } });
    expect(stable.result()).toMatchObject({ value: false, wakeAtMs: stable.nowMs + 5_000 });
    expect(stable.after(4_999).value).toBe(false);
    expect(stable.after(1).result()).toMatchObject({ value: true, wakeAtMs: Infinity });
    expect(stable.set({ x: { value: 2 } }).value).toBe(false);
  });
});

describe('windows', () => {
  const x = { x: { type: 'float64', value: 10 } } as const;

  it('weigh by time, and forget what is older', () => {
    const average = new TestExpression('average({x}, 10s)', x);
    expect(average.value).toBe(10);
    average
      .after(5_000)
      .set({ x: { value: 20 } })
      .result();
    expect(average.after(5_000).value).toBeCloseTo(15, 1);
    expect(average.after(5_000).value).toBeCloseTo(20, 0);
    expect(average.after(20_000).value).toBe(20);
  });

  it('leave gaps out, and are Bad when there is nothing', () => {
    const average = new TestExpression('average({x}, 10s)', x);
    average.result();
    average
      .after(1_000)
      .set({ x: { value: null, status: BadTimeout } })
      .result();
    expect(average.after(4_000).result()).toMatchObject({ value: 10, status: 0 });
    expect(average.after(20_000).result()).toMatchObject({ value: null, status: statusCodes.BadNoData });
  });

  it('know least, greatest and sum', () => {
    const [least, greatest, sum] = ['minimum', 'maximum', 'sum'].map(
      (name) => new TestExpression(`${name}({x}, 10s)`, x),
    );
    for (const one of [least, greatest, sum]) {
      one.result();
      for (const value of [30, 5]) one.after(1_000).set({ x: { value } }).result();
    }
    expect([least.value, greatest.value, sum.value]).toEqual([5, 30, 45]);
    expect(greatest.after(11_000).value).toBe(5);
  });

  it('keep a bounded state however many values come', () => {
    const average = new TestExpression('average({x}, 1h)', x);
    for (let i = 0; i < 20_000; i += 1)
      average
        .after(1_000)
        .set({ x: { value: i % 7 } })
        .result();
    expect(average.value).toBeCloseTo(3, 1);
    expect(JSON.stringify(average.expression.state()).length).toBeLessThan(60_000);
  });
});

describe('time of day', () => {
  it('is that of the zone', () => {
    const monday = Date.UTC(2026, 10, 30, 17, 30, 15);
    const of = (text: string): unknown => {
      const one = new TestExpression(text);
      one.nowMs = monday;
      return one.value;
    };
    expect(of('timeOfDay("UTC")')).toBe(((17 * 60 + 30) * 60 + 15) * 1_000);
    expect(of('timeOfDay("Europe/Berlin") between 18h and 19h')).toBe(true);
    expect(of('weekday("UTC")')).toBe(1);
    expect(of('weekday("Pacific/Auckland")')).toBe(2);
    expect(of('now()')).toBe(monday);
  });
});

describe('texts', () => {
  it.each([
    ['matches("AB-12", "[A-Z]{2}-\\\\d+")', true],
    ['matches("AB-", "[A-Z]{2}-\\\\d+")', false],
    ['matches("aaaa", "a{2,3}")', false],
    ['matches("color", "colou?r")', true],
    ['matches("x", "[^a-w]")', true],
    ['matches("on", "on|off")', true],
    ['matches("", "a*")', true],
    ['format("{1} {0:0.00} {0}", 1.005, "a")', 'a 1.00 1.005'],
    ['text(true) + text(5)', 'true5'],
    ['len(trim("  a "))', 1],
  ])('%s is %j', (text, value) => expect(evaluated(text)).toBe(value));

  it('does not backtrack', () => {
    const tags = { x: { type: 'string', value: `${'a'.repeat(4_000)}!` } } as const;
    expect(evaluated('matches({x}, "(a+)+b")', tags)).toBe(false);
    expect(evaluated('matches({x}, "(a|a)*(a|a)*b")', tags)).toBe(false);
  });

  it('is Bad where a text grows without end', () => {
    const tags = { x: { type: 'string', value: 'a'.repeat(3_000) } } as const;
    expect(evaluated('{x} + {x}', tags)).toBeNull();
  });
});

describe('the state of an expression', () => {
  it('goes on in another run, and over an edit of what stands around it', () => {
    const tags = { x: { type: 'bool', value: false } } as const;
    const before = new TestExpression('rising({x})', tags);
    before.result();
    const kept = JSON.parse(JSON.stringify(before.expression.state())) as Record<string, unknown>;
    const after = new TestExpression('rising({x}) && 1 < 2', { x: { type: 'bool', value: true } });
    after.expression.restore(kept);
    expect(after.value).toBe(true);
  });

  it('begins anew where it does not fit', () => {
    const value = new TestExpression('rising({x})', { x: { type: 'bool', value: true } });
    value.expression.restore({ 'rising({x})': 'nonsense', other: 1 });
    expect(value.value).toBe(false);
  });

  it('is one for each of two calls that are the same', () => {
    const value = new TestExpression('changed({x}) == changed({x})', { x: { type: 'int32', value: 1 } });
    value.result();
    expect(value.set({ x: { value: 2 } }).value).toBe(true);
    expect(Object.keys(value.expression.state())).toEqual(['changed({x})', 'changed({x}) #2']);
  });
});
