import { isCalledByOurCode, pathOf } from './call-site.js';

const here = pathOf(import.meta.url);

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Hardly a callback does much work without looking into one of these. */
const touched: readonly (readonly [object, readonly PropertyKey[]])[] = [
  [Map.prototype, ['get', 'set', 'has', 'delete', 'values', 'keys', 'entries', 'forEach', Symbol.iterator]],
  [Set.prototype, ['add', 'has', 'delete', 'values', 'forEach', Symbol.iterator]],
];

/**
 * Calls `work`, which throws `error` from its middle: where our code first looks into a collection. Work that looks into none throws at
 * its end.
 */
export function explode(work: () => unknown, error: Error): unknown {
  let exploded = false;
  const restore = mine((original, self, args) => {
    if (!isCalledByOurCode(here)) return Reflect.apply(original, self, args);
    restore();
    exploded = true;
    throw error;
  });
  try {
    const result = work();
    if (!exploded) throw error;
    return result;
  } finally {
    restore();
  }
}

/** Replaces everything in `touched`; gives the way back, which may be gone several times. */
function mine(replacement: (original: Callable, self: unknown, args: unknown[]) => unknown): () => void {
  const ways = touched.flatMap(([owner, keys]) => keys.map((key) => replace(owner, key, replacement)));
  return () => {
    for (const back of ways) back();
  };
}

function replace(
  owner: object,
  key: PropertyKey,
  replacement: (original: Callable, self: unknown, args: unknown[]) => unknown,
): () => void {
  const own = Reflect.getOwnPropertyDescriptor(owner, key);
  const original = Reflect.get(owner, key) as Callable;
  const value = function (this: unknown, ...args: unknown[]): unknown {
    return replacement(original, this, args);
  };
  Reflect.defineProperty(owner, key, { value, configurable: true, writable: true });
  return () => {
    if (own) Reflect.defineProperty(owner, key, own);
    else Reflect.deleteProperty(owner, key);
  };
}
