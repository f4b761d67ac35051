import { parseDataType } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { ReceivedMessage } from '../payload/received-message.js';
import { acknowledgementOf } from './acknowledgement.js';
import { renderTemplate, templateFault } from './write-template.js';

const moment = { id: 'w1', atMs: Date.parse('2026-01-02T03:04:05Z') };

describe('the payload of a write (§9.4)', () => {
  it.each([
    ['{"v":{value}}', 12.5, 'float64', '{"v":12.5}'],
    ['{"v":{value}}', 9_007_199_254_740_993n, 'int64', '{"v":9007199254740993}'],
    ['{"v":{value}}', 'a "quoted" text', 'string', '{"v":"a \\"quoted\\" text"}'],
    ['{text}', 'a "quoted" text', 'string', 'a "quoted" text'],
    ['{value}', 1, 'bool', 'true'],
    ['{onOff}', false, 'bool', 'OFF'],
    ['{value}', [1, 2], 'uint8[2]', '[1,2]'],
    ['{value}', Date.parse('2026-01-02T03:04:05Z'), 'datetime', '"2026-01-02T03:04:05.000Z"'],
    [
      '{"v":{value},"id":"{id}","at":{timeMs},"iso":"{iso}"}',
      1,
      'int8',
      '{"v":1,"id":"w1","at":1767323045000,"iso":"2026-01-02T03:04:05.000Z"}',
    ],
    ['{value} of {other}', 1, 'int8', '1 of {other}'],
    ['{text}', '{id} stays', 'string', '{id} stays'],
  ])('%s with %s as %s', (template, value, dataType, expected) => {
    expect(renderTemplate(template, value, parseDataType(dataType)!, moment)).toBe(expected);
  });

  it('is none for what JSON has no words for', () => {
    expect(renderTemplate('{value}', Number.NaN, { scalar: 'float64' }, moment)).toBeUndefined();
  });

  it('needs the value in its template', () => {
    expect(templateFault('{"v":1}')).toBe('it has neither {value} nor {text} nor {onOff}');
    expect(templateFault('set {text}')).toBeUndefined();
  });
});

describe('the answer to a write (§9.4)', () => {
  const outcomeOf = (text: string, id?: string): string | undefined =>
    acknowledgementOf(new ReceivedMessage('a', new TextEncoder().encode(text), false, 0), id)?.outcome;

  it.each([
    ['{"id":"w1","outcome":"done"}', 'w1', 'done'],
    ['{"id":"w1","outcome":"rejected"}', 'w1', 'rejected'],
    ['{"id":"w1","outcome":"not-sent"}', 'w1', 'not-sent'],
    ['{"id":"w2","outcome":"done"}', 'w1', undefined],
    ['{"id":"w1"}', 'w1', 'done'],
    ['w1 ok', 'w1', 'done'],
    ['{"ok":true}', undefined, 'done'],
    ['{"success":false,"message":"locked"}', undefined, 'rejected'],
    ['{"error":"locked"}', undefined, 'rejected'],
    ['{"result":"accepted"}', undefined, 'done'],
    ['OK', undefined, 'done'],
    ['failed', undefined, 'rejected'],
    ['21.5', undefined, 'unknown'],
    ['{"temperature":21.5}', undefined, 'unknown'],
  ])('%s to write %s is %s', (text, id, outcome) => {
    expect(outcomeOf(text, id)).toBe(outcome);
  });
});
