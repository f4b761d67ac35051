import { parseDataType } from '@fieldwarden/core';
import type { PlantFacts } from '@fieldwarden/service';
import { describe, expect, it } from 'vitest';
import { alarmSettings } from '../settings.js';
import { checkAlarms } from './check-alarms.js';

const types: Readonly<Record<string, string>> = {
  'line/temperature': 'float32',
  'line/limit': 'float64',
  'line/name': 'string',
  'line/state': 'int16',
  'line/running': 'bool',
  'line/total': 'uint64',
  'line/list': 'float32[10]',
};

const plant: PlantFacts = {
  site: 'lab',
  looksAtFiles: true,
  hasTagIn: () => true,
  paths: () => Object.keys(types),
  tag: (path) => {
    const type = parseDataType(types[path] ?? '');
    return type && { path, type, access: 'read-only' };
  },
};

/** `path rule: message`, warnings marked. */
function findings(...rows: readonly object[]): readonly string[] {
  const conditions = rows.map((row, i) => ({ id: `a${i}`, path: 'line/temperature', message: 'Hot', ...row }));
  return checkAlarms(alarmSettings.parse({ conditions }), plant).map(
    ({ path, rule, message, severity }) =>
      `${path.slice(1).join('.')} ${rule}: ${message}${severity === 'warning' ? ' (warning)' : ''}`,
  );
}

const limit = (more: object) => ({ condition: { type: 'limit', ...more } });

describe('the rules of alarms', () => {
  it('have nothing to say about sound rows of every kind', () => {
    expect(
      findings(
        limit({ lowLow: 1, low: 5, high: 80, highHigh: 90, deadband: 1 }),
        limit({ high: { tag: 'line/limit' }, highHigh: 50 }),
        { condition: { type: 'deviation', setpoint: { tag: 'line/limit' }, band: 5 } },
        { condition: { type: 'rate', perS: 2 } },
        { path: 'line/state', condition: { type: 'discrete', values: [3, 4] } },
        { path: 'line/name', condition: { type: 'discrete', values: ['fault'] } },
        { path: 'line/running', condition: { type: 'discrete', values: [false] } },
        { path: 'line/total', condition: { type: 'discrete', values: ['9007199254740993'] } },
        { path: 'line/total', condition: { type: 'bit', bit: 63 } },
        { path: undefined, condition: { type: 'expression', when: '{line/running} && {line/temperature} > 80' } },
        { condition: { type: 'expression', when: '{./running}' }, suppressWhen: 'not {./running}' },
        { path: 'line/list', condition: { type: 'badQuality' } },
      ),
    ).toEqual([]);
  });

  it('name tags that are not there, also those of limits', () => {
    expect(findings({ path: 'line/gone', ...limit({ high: 1 }) }, limit({ high: { tag: 'line/lost' } }))).toEqual([
      '0.path alarm-tag-unknown: there is no tag line/gone',
      '1.condition.high.tag alarm-tag-unknown: there is no tag line/lost',
    ]);
  });

  it('refuse a condition without a tag, but for an expression', () => {
    expect(findings({ path: undefined, ...limit({ high: 1 }) })).toEqual([
      '0.path alarm-path: a condition of type limit needs the path of a tag',
    ]);
  });

  it('refuse a condition that does not fit the type of its tag', () => {
    expect(
      findings(
        { path: 'line/name', ...limit({ high: 1 }) },
        { path: 'line/list', condition: { type: 'rate', perS: 1 } },
        { path: 'line/temperature', condition: { type: 'bit', bit: 1 } },
        { path: 'line/state', condition: { type: 'bit', bit: 16 } },
        { path: 'line/running', condition: { type: 'discrete', values: ['on'] } },
        { path: 'line/state', condition: { type: 'discrete', values: [1, 1.5, 40_000, true] } },
        limit({ high: { tag: 'line/name' } }),
      ),
    ).toEqual([
      '0.condition.type alarm-type: limit needs a number, and line/name is string',
      '1.condition.type alarm-type: rate needs a number, and line/list is float32[10]',
      '2.condition.type alarm-type: bit needs an integer, and line/temperature is float32',
      '3.condition.bit alarm-type: int16 has the bits 0 to 15',
      '4.condition.values.0 alarm-type: line/running is bool and never "on"',
      '5.condition.values.1 alarm-type: line/state is int16 and never 1.5',
      '5.condition.values.2 alarm-type: line/state is int16 and never 40000',
      '5.condition.values.3 alarm-type: line/state is int16 and never true',
      '6.condition.high.tag alarm-type: high needs a number, and line/name is string',
    ]);
  });

  it('want limits in their order, at least one, with room between them', () => {
    expect(
      findings(
        limit({}),
        limit({ high: 90, highHigh: 80 }),
        limit({ lowLow: 5, high: 5 }),
        limit({ low: 10, high: 20, deadband: 5 }),
      ),
    ).toEqual([
      '0.condition alarm-limits: a limit needs one of lowLow, low, high, highHigh',
      '1.condition.highHigh alarm-limit-order: highHigh 80 has to be greater than high 90',
      '2.condition.high alarm-limit-order: high 5 has to be greater than lowLow 5',
      '3.condition.deadband alarm-deadband: a deadband of 5 leaves nothing between low 10 and high 20 (warning)',
    ]);
  });

  it('want a band that is one', () => {
    const deviation = (more: object) => ({ condition: { type: 'deviation', setpoint: 1, ...more } });
    expect(findings(deviation({ band: -1 }), deviation({ band: 1, deadband: 2 }))).toEqual([
      '0.condition.band alarm-band: band -1 is less than 0',
      '1.condition.deadband alarm-deadband: a deadband of 2 is wider than the band of 1: it ends only at the setpoint (warning)',
    ]);
  });

  it('want each id once, whatever its case, and not one of the gateway', () => {
    const ids = ['hot', 'hot', 'HOT', 'restart-storm'];
    expect(findings(...ids.map((id) => ({ id, ...limit({ high: 1 }) })))).toEqual([
      '1.id alarm-id-unique: "hot" is the id of two alarms',
      '2.id alarm-id-unique: "HOT" differs from "hot" in case only',
      '3.id alarm-id-taken: "restart-storm" is the name of an alarm of the gateway itself',
    ]);
  });

  it('say the column of what is wrong in an expression', () => {
    const [unknown, type, suppressed] = findings(
      { path: undefined, condition: { type: 'expression', when: '{line/running} && {line/gone} > 1' } },
      { condition: { type: 'expression', when: '{line/temperature} + 1' } },
      { ...limit({ high: 1 }), suppressWhen: '{line/running' },
    );
    expect(unknown).toMatch(/^0\.condition\.when expression-tag-unknown: .*\(column 19\)$/);
    expect(type).toMatch(/^1\.condition\.when expression-type: .*\(column \d+\)$/);
    expect(suppressed).toMatch(/^2\.suppressWhen expression-syntax: .*\(column \d+\)$/);
  });

  it('warn of a delay and of a note that can not be', () => {
    expect(
      findings(
        { condition: { type: 'rate', perS: 1, windowMs: 1_000 }, onDelayMs: 2_000 },
        { ...limit({ high: 1 }), class: { ack: 'none', noteRequired: true } },
      ),
    ).toEqual([
      '0.onDelayMs alarm-delay: onDelayMs 2000 is longer than the window of 1000 ms: a jump is over before it counts (warning)',
      '1.class.noteRequired alarm-note: nobody acknowledges an alarm with ack: none, so no note is asked for (warning)',
    ]);
  });

  it('leave rows alone that are off', () => {
    expect(findings({ path: 'line/gone', enabled: false, ...limit({}) })).toEqual([]);
  });
});

describe('the schema of alarms', () => {
  it('refuses delays beyond a day and below 0, and ids that are no names', () => {
    const row = { id: 'hot', path: 'line/temperature', message: 'Hot', ...limit({ high: 1 }) };
    const isSound = (more: object) => alarmSettings.safeParse({ conditions: [{ ...row, ...more }] }).success;
    expect([{}, { onDelayMs: 86_400_000 }, { offDelayMs: 0 }].every(isSound)).toBe(true);
    const wrong = [{ onDelayMs: -1 }, { offDelayMs: 86_400_001 }, { id: 'a/b' }, { id: '' }, { priority: 'urgent' }];
    expect(wrong.some(isSound)).toBe(false);
  });
});
