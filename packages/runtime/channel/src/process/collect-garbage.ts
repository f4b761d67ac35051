let collect: (() => void) | undefined;

/** A full, synchronous collection. Node offers it only to who asks for it by a flag, which takes effect in new contexts. */
export function collectGarbage(): void {
  collect ??= exposeGarbageCollector();
  collect();
}

function exposeGarbageCollector(): () => void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  return process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
}
