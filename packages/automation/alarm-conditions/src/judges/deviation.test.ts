import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeDeviation, type Band } from './deviation.js';
import type { Finding } from './finding.js';

function judged(values: readonly number[], band: Band): readonly Finding[] {
  let before: Finding = 'normal';
  return values.map((value) => (before = judgeDeviation(value, band, before)));
}

describe('a deviation', () => {
  it('counts beyond the band and ends within it, less the deadband', () => {
    const band = { setpoint: 60, band: 5, deadband: 1 };
    expect(judged([65, 65.1, 64.1, 64, 65], band)).toEqual(['normal', 'high', 'high', 'normal', 'normal']);
    expect(judged([55, 54.9, 55.9, 56], band)).toEqual(['normal', 'low', 'low', 'normal']);
  });

  it('ends at the setpoint where the deadband is wider than the band', () => {
    expect(judged([66, 60.1, 60], { setpoint: 60, band: 5, deadband: 50 })).toEqual(['high', 'high', 'normal']);
  });

  it('takes a band below 0 for 0', () => {
    expect(judged([60, 60.1], { setpoint: 60, band: -3, deadband: 0 })).toEqual(['normal', 'high']);
  });

  it('finds what a memory of its own for each side would find', () => {
    const number = fc.integer({ min: -100, max: 100 });
    const band = fc.record({ setpoint: number, band: fc.nat(30), deadband: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(number), band, (values, given) => {
        const is = { high: false, low: false };
        const slow = values.map((value) => {
          const inner = given.deadband > given.band ? 0 : given.band - given.deadband;
          is.high = is.high ? value - given.setpoint > inner : value - given.setpoint > given.band;
          is.low = is.low ? given.setpoint - value > inner : given.setpoint - value > given.band;
          return is.high ? 'high' : is.low ? 'low' : 'normal';
        });
        expect(judged(values, given)).toEqual(slow);
      }),
    );
  });
});
