import { defineConfig } from 'vitest/config';
import LongFirstSequencer from './long-first-sequencer.mjs';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['{packages,apps,tooling}/**/src/**/*.test.ts', 'tooling/{bootstrap,lint,loop,vitest}/**/*.test.mjs'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A forgotten `.only` must not look like a suite that passed.
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirstSequencer },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
