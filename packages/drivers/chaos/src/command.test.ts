import { isGatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandNames, isCommand, parseCommand } from './command.js';

describe('a command (§9.5)', () => {
  it.each([
    ['hang', { name: 'hang', amount: 0 }],
    [' garbage:cut ', { name: 'garbage:cut', amount: 0, text: 'garbage:cut' }],
    ['exit:78', { name: 'exit', amount: 78 }],
    ['exit', { name: 'exit', amount: 1 }],
    ['leak:0.5', { name: 'leak', amount: 0.5 }],
    ['leak', { name: 'leak', amount: 10 }],
    ['slow:0', { name: 'slow', amount: 0 }],
    ['answer-late', { name: 'answer-late', amount: 500 }],
  ])('%j is understood', (text, command) => {
    expect(parseCommand(text)).toMatchObject(command);
  });

  it.each([
    ['', 'known are ok, crash'],
    ['explode', '"explode" is no command'],
    ['Hang', 'is no command'],
    ['hang:1', 'is no command'],
    ['exit:1:2', 'is no command'],
    ['toString', 'is no command'],
    ['exit:256', 'exit:N takes a whole number from 0 to 255 (exit code), not 256'],
    ['exit:1.5', 'takes a whole number'],
    ['exit:', 'takes a whole number'],
    ['leak:0', 'leak:N takes a number from 0.1 to 10000 (MB per second)'],
    ['leak:1e3', 'takes a number'],
    ['slow:-1', 'takes a whole number'],
  ])('%j is refused', (text, words) => {
    expect(() => parseCommand(text)).toThrow(
      expect.objectContaining({ code: 'CHAOS_COMMAND', message: expect.stringContaining(words) }),
    );
    expect(isCommand(text)).toBe(false);
  });

  it('of every name stands alone, and means the same when its text is parsed again', () => {
    for (const name of commandNames) {
      const command = parseCommand(name);
      expect(parseCommand(command.text)).toEqual(command);
    }
  });

  it('is a command or refused in words, whatever somebody writes', () => {
    const close = fc.tuple(fc.constantFrom(...commandNames), fc.string()).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), close), (text) => {
        try {
          const { name, amount } = parseCommand(text);
          expect(commandNames).toContain(name);
          expect(amount).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(isGatewayError(error) && error.kind).toBe('rejected');
        }
      }),
    );
  });
});
