import { isAddressTrouble } from '../line/explain.js';
import { blockOf, halves, type ReadBlock } from './plan.js';

/** A piece of a block, as the CPU answered to it: `code` is undefined when it was read. */
export interface Leaf {
  readonly block: ReadBlock;
  readonly code: number | undefined;
}

interface Piece {
  readonly block: ReadBlock;
  code: number | undefined;
  halves?: readonly Piece[];
}

/** Asks for blocks; per block the return code it failed with, undefined when it was read. */
export type AskForBlocks = (blocks: readonly ReadBlock[]) => Promise<readonly (number | undefined)[]>;

/**
 * Halves blocks that failed for their address until only what is truly missing fails. One round of requests per halving, for
 * all blocks together. Per block its leaves, by start.
 */
export async function divide(failed: readonly Leaf[], ask: AskForBlocks): Promise<Map<ReadBlock, readonly Leaf[]>> {
  const roots: Piece[] = failed.map(({ block, code }) => ({ block, code }));
  for (let front: readonly Piece[] = roots; front.length > 0;) {
    const pieces = front.flatMap(halve);
    const codes = pieces.length > 0 ? await ask(pieces.map(({ block }) => block)) : [];
    pieces.forEach((piece, i) => (piece.code = codes[i]));
    front = pieces.filter(({ code }) => code !== undefined);
  }
  return new Map(roots.map((root) => [root.block, leavesOf(root)]));
}

function halve(piece: Piece): readonly Piece[] {
  const two = piece.code !== undefined && isAddressTrouble(piece.code) ? halves(piece.block) : undefined;
  piece.halves = two?.map((block) => ({ block, code: undefined }));
  return piece.halves ?? [];
}

function leavesOf({ block, code, halves: two }: Piece): readonly Leaf[] {
  return two ? two.flatMap(leavesOf) : [{ block, code }];
}

/** Neighbours that fared alike become one block again: what is missing costs one item, what is there as few as before. */
export function mergeLeaves(leaves: readonly Leaf[]): readonly Leaf[] {
  const groups: Leaf[][] = [];
  for (const leaf of leaves) {
    const last = groups.at(-1);
    if (last && last[0].code === leaf.code) last.push(leaf);
    else groups.push([leaf]);
  }
  return groups.map((group) => ({ block: blockOf(group.flatMap(({ block }) => block.points)), code: group[0].code }));
}
