import { z } from 'zod';
import { memorySchema } from '../reference/memory-fixture.js';
import type { MemoryServiceSettings } from '../reference/memory-service.js';
import type { ServiceFlaw } from './flaw.js';

const finding = { path: ['retryMs'], rule: 'memory-retry', message: 'too short', severity: 'error' } as const;

export const definitionFlaws: readonly ServiceFlaw[] = [
  {
    what: 'a name that is none',
    breaks: ['has a definition that the registry takes'],
    definition: { name: 'Memory service' },
  },
  {
    what: 'a field that every section has already',
    breaks: ['has a definition that the registry takes'],
    definition: { schema: memorySchema.extend({ critical: z.boolean().default(false).describe('Counts.') }) },
  },
  {
    what: 'a field that nobody describes',
    breaks: ['describes every field of its settings'],
    definition: { schema: memorySchema.extend({ mode: z.enum(['fast', 'safe']).default('safe') }) },
  },
  {
    what: 'a field in a list that nobody describes',
    breaks: ['describes every field of its settings'],
    definition: {
      schema: memorySchema.extend({
        peers: z
          .array(z.strictObject({ host: z.string() }))
          .default([])
          .describe('Peers.'),
      }),
    },
  },
  {
    what: 'a default that its own schema refuses',
    breaks: ['takes its settings as written, and its own defaults written out'],
    definition: { schema: memorySchema.extend({ pauseMs: z.int().min(10).default(0).describe('Pause.') }) },
  },
  {
    what: 'a section that may be left out, with a field that may not',
    breaks: ['takes its settings as written, and its own defaults written out'],
    definition: { schema: memorySchema.extend({ retryMs: z.int().describe('Pause.') }), withoutSection: 'defaults' },
  },
  {
    what: 'a loose schema',
    breaks: ['refuses fields of settings that it does not know'],
    definition: { schema: z.looseObject(memorySchema.shape) },
  },
  {
    what: 'rules that find fault with settings that fit',
    breaks: ['finds nothing wrong with settings that fit, and leaves them as they are'],
    definition: { check: () => [finding] },
  },
  {
    what: 'rules that mend the settings',
    breaks: ['finds nothing wrong with settings that fit, and leaves them as they are'],
    definition: {
      check: (settings) => {
        (settings as { -readonly [Name in keyof MemoryServiceSettings]: MemoryServiceSettings[Name] }).maxClients = 1;
        return [];
      },
    },
  },
  {
    what: 'a restart for what it could take over',
    breaks: ['says which settings it takes over while it runs, and leaves them as they are'],
    definition: { changesLive: () => false },
  },
  {
    what: 'another answer when asked again',
    breaks: ['says which settings it takes over while it runs, and leaves them as they are'],
    definition: { changesLive: firstTrueThenFalse() },
  },
  {
    what: 'no restart for another port',
    breaks: ['says for which settings it starts anew'],
    definition: { changesLive: () => true },
  },
];

function firstTrueThenFalse(): (before: MemoryServiceSettings, after: MemoryServiceSettings) => boolean {
  let asked = 0;
  return (before, after) => before.port === after.port && asked++ % 2 === 0;
}
