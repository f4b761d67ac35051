import type { MemoryEvent, MemoryLevel } from './memory-rule.js';

export type MemoryReaction = 'flush-caches' | 'recommend-promotion';

/**
 * What a change of level asks for besides telling it. Nothing here stops a driver: a Host is recycled by a rule of its own,
 * and what runs in the gateway's own process cannot be judged well enough to be stopped (SPEC §6.2).
 */
export function memoryReactions(event: MemoryEvent, isolation: 'in-process' | 'host'): readonly MemoryReaction[] {
  if (event.type !== 'level' || !isRise(event.from, event.to)) return [];
  const recommends = event.to === 'Hard' && isolation === 'in-process';
  return recommends ? ['flush-caches', 'recommend-promotion'] : ['flush-caches'];
}

function isRise(from: MemoryLevel, to: MemoryLevel): boolean {
  return from === 'Normal' || to === 'Hard';
}
