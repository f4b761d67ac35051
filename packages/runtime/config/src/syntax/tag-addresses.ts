import { isMap, isPair, isScalar, isSeq, visit, type Document, type Node, type Pair } from 'yaml';

/** Numbers that stand as addresses of tags become the texts that they are written as. */
export function keepAddressesAsWritten(document: Document.Parsed): void {
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      if (!isAddressOfTag(pair, ancestors)) return undefined;
      const { value } = pair;
      if (isScalar(value) && typeof value.value === 'number' && value.source !== undefined) value.value = value.source;
      return visit.SKIP;
    },
  });
}

type Ancestors = readonly (Document | Node | Pair)[];

/** document, map, drivers, list, map, devices, list, map, tags, list, map: the way down to a field of a tag. */
const depthOfTagField = 11;
const namesOnTheWay: readonly (readonly [depth: number, name: string])[] = [
  [2, 'drivers'],
  [5, 'devices'],
  [8, 'tags'],
];

function isAddressOfTag(pair: Pair, ancestors: Ancestors): boolean {
  if (ancestors.length !== depthOfTagField || keyOf(pair) !== 'address' || !isMap(ancestors[10])) return false;
  return namesOnTheWay.every(([depth, name]) => keyOf(ancestors[depth]) === name && isSeq(ancestors[depth + 1]));
}

/** Undefined for what is no pair, or has no plain key. */
export function keyOf(node: unknown): unknown {
  return isPair(node) && isScalar(node.key) ? node.key.value : undefined;
}
