import { bitFunctions } from './bits.js';
import { edgeFunctions } from './edges.js';
import type { FunctionDefinition } from './function-definition.js';
import { numberFunctions } from './numbers.js';
import { qualityFunctions } from './quality.js';
import { textFunctions } from './texts.js';
import { timeFunctions } from './times.js';
import { windowFunctions } from './windows.js';

/** Every function of the language; a new one is one entry of its group. The reference is made from this table. */
export const functionTable: readonly FunctionDefinition[] = [
  ...numberFunctions,
  ...bitFunctions,
  ...qualityFunctions,
  ...edgeFunctions,
  ...windowFunctions,
  ...timeFunctions,
  ...textFunctions,
];

const byName = new Map(functionTable.map((definition) => [definition.name, definition]));

/** Other names under which people know a function. */
const aliases: Readonly<Record<string, string>> = { avg: 'average', mean: 'average' };

export const functionNames: readonly string[] = [...byName.keys(), 'if'];

export function functionNamed(name: string): FunctionDefinition | undefined {
  return byName.get(Object.hasOwn(aliases, name) ? aliases[name] : name);
}
