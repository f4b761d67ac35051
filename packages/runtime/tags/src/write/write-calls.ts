import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** One write of one tag among those of a request. */
export interface DefinedWrite {
  readonly definition: TagDefinition;
}

/** As many single registers as a device that takes 30 ms for each still writes within the shortest default timeout (SPEC §5.3). */
export const maxItemsPerCall = 100;

/**
 * Writes of one device → calls of its driver, to be made one after the other. Those that may be repeated stand apart from those that
 * must not: a call is repeated as a whole or not at all (SPEC §5.4). Within its kind each write keeps its place; the kind of the
 * first goes first. A tag stands at most once in a call, so that what is read back is what that call wrote. Pure.
 */
export function callsOf<Write extends DefinedWrite>(writes: readonly Write[], maxItems = maxItemsPerCall): Write[][] {
  const firstKind = writes[0]?.definition.writeIdempotent;
  const isOfFirst = ({ definition }: Write): boolean => definition.writeIdempotent === firstKind;
  const ofFirst = writes.filter(isOfFirst);
  const ofOther = writes.filter((write) => !isOfFirst(write));
  return [...cut(ofFirst, maxItems), ...cut(ofOther, maxItems)];
}

function cut<Write extends DefinedWrite>(writes: readonly Write[], maxItems: number): Write[][] {
  const calls: Write[][] = [];
  const paths = new Set<string>();
  for (const write of writes) {
    const { path } = write.definition;
    const call = calls.at(-1);
    if (call && call.length < maxItems && !paths.has(path)) call.push(write);
    else {
      calls.push([write]);
      paths.clear();
    }
    paths.add(path);
  }
  return calls;
}
