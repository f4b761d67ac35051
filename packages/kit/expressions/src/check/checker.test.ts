import { describe, expect, it } from 'vitest';
import { checkExpression } from '../expression.js';
import type { ExpressionScope } from '../expression-scope.js';
import { scopeOf } from '../testing/evaluated.js';

const tags = {
  'line/speed': { type: 'float64', value: 1 },
  'line/count': { type: 'int32', value: 1 },
  'line/total': { type: 'int64', value: 1n },
  'line/running': { type: 'bool', value: true },
  'line/name': { type: 'string', value: '' },
  'line/at': { type: 'datetime', value: 0 },
  'line/curve': { type: 'float32[10]', value: null },
};

function check(text: string, more: Partial<ExpressionScope> = {}): ReturnType<typeof checkExpression> {
  return checkExpression(text, scopeOf(tags, more));
}

describe('what is checked at publish (§17.3)', () => {
  it.each([
    ['{line/speed} * 60', 'float', 'float64'],
    ['{line/count} + 1', 'int', 'int64'],
    ['{line/count} / 2', 'float', 'float64'],
    ['{line/running} && {line/speed} > 5', 'bool', 'bool'],
    ['{line/name} + "!"', 'string', 'string'],
    ['{line/at} + 5s', 'time', 'datetime'],
    ['now() - {line/at}', 'duration', 'float64'],
    ['max({line/count}, 1.5)', 'float', 'float64'],
    ['if({line/running}, 1, 2.5)', 'float', 'float64'],
    ['average({line/speed}, 60s)', 'float', 'float64'],
    ['quality({line/count}, 0)', 'int', 'int64'],
  ])('%s is a %s', (text, type, dataType) => {
    expect(check(text)).toMatchObject({ ok: true, type, dataType });
  });

  it.each([
    ['{line/sped} > 1', 'expression-tag-unknown', 1, 11, 'no tag has the path line/sped; did you mean {line/speed}?'],
    ['{line/curve} > 1', 'expression-type', 1, 12, 'is an array or bytes'],
    ['1 + {line/running}', 'expression-type', 1, 18, 'int + bool does not go together'],
    ['{line/at} + 5', 'expression-type', 1, 13, 'time + int does not go together'],
    ['10s > 5', 'expression-type', 1, 7, 'write the number as a duration: 5s, 2min'],
    ['{line/speed} mod 2', 'expression-type', 1, 18, 'mod is for integers'],
    ['{line/name} + 1', 'expression-type', 1, 15, 'text(x) makes a text'],
    ['!{line/speed}', 'expression-type', 1, 13, '! takes bool, not float'],
    ['{line/speed} ? 1 : 2', 'expression-type', 1, 12, 'a condition is bool, not float'],
    ['true ? 1 : "a"', 'expression-type', 1, 14, 'both values must have one type'],
    ['{line/name} in [1]', 'expression-type', 17, 1, 'string == int does not go together'],
    ['abss(1)', 'expression-function-unknown', 1, 4, 'did you mean abs?'],
    ['clamp(1)', 'expression-arguments', 1, 8, 'clamp(x, low, high) is called with 1 values'],
    ['sqrt("a")', 'expression-type', 6, 3, 'x of sqrt is a number, not string'],
    ['average({line/speed}, 25h)', 'expression-arguments', 23, 3, 'a window is 1ms to 24h long'],
    ['average({line/speed}, now() - now())', 'expression-arguments', 23, 13, 'must be written out'],
    ['matches({line/name}, "a(")', 'expression-arguments', 22, 4, 'not closed by )'],
    ['timeOfDay("Nowhere") > 6h', 'expression-arguments', 11, 9, 'is no time zone'],
    ['bit({line/count}, 64)', 'expression-arguments', 19, 2, 'counted from 0 to 63'],
    ['format("{1}", 2)', 'expression-arguments', 8, 5, '{1} asks for a value that is not given'],
    ['speed > 1', 'expression-name-unknown', 1, 5, 'the path of a tag stands in braces: {speed}'],
    ['{./speed} > 1', 'expression-relative', 1, 9, 'there is no folder to start from here'],
    ['constructor', 'expression-name-unknown', 1, 11, 'constructor is nothing here'],
    ['toString()', 'expression-function-unknown', 1, 8, 'there is no function toString'],
  ])('%s: %s at column %d', (text, rule, column, length, message) => {
    const { ok, findings } = check(text);
    expect(ok).toBe(false);
    expect(findings).toEqual([
      { rule, column, length, severity: 'error', message: expect.stringContaining(message) as string },
    ]);
  });

  it.each([
    ['{line/speed} == 5', 'expression-float-equality'],
    ['{line/total} + 0.5', 'expression-not-exact'],
    ['{line/running} || true', 'expression-constant'],
    ['{line/running} && 1 > 2', 'expression-constant'],
    ['{line/running} ? 5 > 3 : true', 'expression-constant'],
  ])('%s runs, with the warning %s', (text, rule) => {
    const { ok, findings } = check(text);
    expect(ok).toBe(true);
    expect(findings).toMatchObject([{ rule, severity: 'warning' }]);
  });

  it('tells every fault, not only the first', () => {
    expect(check('{a} + {b} + foo(1)').findings.map(({ rule }) => rule)).toEqual([
      'expression-tag-unknown',
      'expression-tag-unknown',
      'expression-function-unknown',
    ]);
  });

  it('has each dependency once, in the order of the text', () => {
    expect(check('{line/count} + {line/speed} * {line/count}').dependencies).toMatchObject([
      { path: 'line/count', scalar: 'int32' },
      { path: 'line/speed', scalar: 'float64' },
    ]);
  });

  it('wants what the place wants', () => {
    expect(check('{line/speed}', { wanted: 'bool' }).findings).toMatchObject([
      { message: 'the result is float, and bool is wanted here' },
    ]);
    expect(check('{line/count}', { wanted: 'number' }).ok).toBe(true);
    expect(check('5 > 3', { wanted: 'bool' }).findings).toMatchObject([{ rule: 'expression-constant' }]);
  });

  it('finds relative paths from the folder', () => {
    const from = (folder: string) => (text: string) => check(text, { folder }).dependencies;
    expect(from('line')('{./speed} > 1')).toMatchObject([{ path: 'line/speed' }]);
    expect(from('line/filler')('{../speed} > 1')).toMatchObject([{ path: 'line/speed' }]);
    expect(check('{../../x} > 1', { folder: 'line' }).findings).toMatchObject([{ rule: 'expression-relative' }]);
  });
});
