import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yamlContext, type YamlContext } from './yaml-context.js';

/** The context at the `|` in a text. */
function contextIn(marked: string): YamlContext {
  const lines = marked.split('\n');
  const index = lines.findIndex((line) => line.includes('|'));
  const column = lines[index].indexOf('|');
  lines[index] = lines[index].replace('|', '');
  return yamlContext({ count: lines.length, line: (at) => lines[at] }, index, column);
}

function place(marked: string): string {
  const { path, mode } = contextIn(marked);
  return `${mode} ${path.join('.')}`;
}

describe('where a position stands in a plant document', () => {
  it.each([
    ['|', 'key '],
    ['site: |', 'value site'],
    ['drivers:\n  - |', 'key drivers.[]'],
    ['drivers:\n- |', 'key drivers.[]'],
    ['drivers:\n  - id: a\n    |', 'key drivers.[]'],
    ['drivers:\n  - id: a\n    ty|', 'key drivers.[]'],
    ['drivers:\n  - id: a\n    type: |', 'value drivers.[].type'],
    ['drivers:\n  - id: a\n    supervision:\n      backoff:\n        |', 'key drivers.[].supervision.backoff'],
    [
      'drivers:\n  - id: a\n    devices:\n      - id: b\n        tags:\n          - path: c\n            |',
      'key drivers.[].devices.[].tags.[]',
    ],
    ['drivers:\n  - id: a\n    devices:\n      - id: b\n  - |', 'key drivers.[]'],
    ['drivers:\n  - id: a\n\n  # note\n    options: { |', 'key drivers.[].options'],
    ['drivers:\n  - options: { host: |', 'value drivers.[].options.host'],
    ['drivers:\n  - options: { host: h, po|', 'key drivers.[].options'],
    [
      'drivers:\n  - devices:\n      - tags:\n          - { path: a, limits: { min: 0, |',
      'key drivers.[].devices.[].tags.[].limits',
    ],
    ['opcua:\n  securityPolicies: [None, |', 'value opcua.securityPolicies.[]'],
    ['opcua: { securityPolicies: [|', 'value opcua.securityPolicies.[]'],
  ])('%j is %s', (marked, expected) => expect(place(marked)).toBe(expected));

  it('knows the keys that a mapping in braces has already', () => {
    expect(contextIn('logging: { level: info, |json: true }').present).toEqual(['level', 'json']);
  });

  it('takes brackets in quotes and comments for text', () => {
    expect(place('site: "a { b" |')).toBe('value site');
    expect(place('opcua: # { not open\n  |')).toBe('key opcua');
  });

  it('sees what stands beside a step of the path, before it and behind it', () => {
    const before = contextIn('drivers:\n  - id: a\n    type: modbus # comment\n    options: { |');
    expect(before.scalar(2, 'type')).toBe('modbus');
    const behind = contextIn('drivers:\n  - options: { | }\n    type: "s7"\n  - type: modbus');
    expect(behind.scalar(2, 'type')).toBe('s7');
    const other = contextIn('drivers:\n  - type: modbus\n  - id: b\n    options: { |');
    expect(other.scalar(2, 'type')).toBeUndefined();
  });

  it('never fails, whatever the text', () => {
    const line = fc.stringMatching(/^[ \-{}[\]:,#"'a-c]{0,14}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (lines, row, column) => {
        const index = row % lines.length;
        const context = yamlContext(
          { count: lines.length, line: (at) => lines[at] },
          index,
          column % (lines[index].length + 1),
        );
        context.path.forEach((_step, depth) => context.scalar(depth, 'a'));
        expect(['key', 'value']).toContain(context.mode);
      }),
    );
  });
});
