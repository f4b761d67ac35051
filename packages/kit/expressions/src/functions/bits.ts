import { applied } from './define.js';
import type { Integer } from '../run/integers.js';
import type { FunctionDefinition } from './function-definition.js';

export const bitFunctions: readonly FunctionDefinition[] = [
  {
    name: 'bit',
    group: 'bits',
    summary: 'Whether bit `n` of an integer is set; 0 is the least significant, 63 the highest.',
    example: ['bit(4, 2)', 'true'],
    parameters: [
      { name: 'x', type: 'int' },
      { name: 'n', type: 'int' },
    ],
    returns: 'bool',
    resultType: () => 'bool',
    check: ([, n]) =>
      n === undefined || ((n as Integer) >= 0 && (n as Integer) <= 63)
        ? undefined
        : { argument: 1, message: 'a bit is counted from 0 to 63' },
    build: (args) =>
      applied(args, (frame, value: Integer, n: Integer) => {
        if (n < 0 || n > 63) return frame.outOfRange() !== 0;
        return ((BigInt(value) >> BigInt(n)) & 1n) === 1n;
      }),
  },
];
