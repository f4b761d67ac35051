import type { PlantDocument } from '@fieldwarden/config';
import type { Author, Generation, PublishCommand } from '../config-authority.js';

export const ada: Author = { name: 'ada', via: 'cli', correlationId: 'c-1' };

/** A plant with one simulated driver and `tags` tags. */
export function samplePlant({ site = 'lab', tags = 1, scanMs = 1_000 } = {}): PlantDocument {
  const device = { id: 'm', tags: Array.from({ length: tags }, (_, i) => sampleTag(i, scanMs)) };
  return { version: 1, site, drivers: [{ id: 'sim', type: 'simulator', devices: [device] }] };
}

function sampleTag(i: number, scanMs: number): { path: string; address: string; dataType: 'float64'; scanMs: number } {
  return { path: `hall/line/machine/signal-${i}`, address: `sine?periodMs=${60_000 + i}`, dataType: 'float64', scanMs };
}

export function samplePublish(overrides: Partial<PublishCommand> = {}): PublishCommand {
  return { document: samplePlant(), message: 'why', by: ada, rollbackOf: null, fromDraft: false, ...overrides };
}

export async function noSeal(_generation: Generation): Promise<void> {
  // Nothing to keep.
}
