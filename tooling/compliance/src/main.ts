import { fileURLToPath } from 'node:url';
import { clauses } from './clauses.js';
import { runCompliance } from './run-compliance.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const config = fileURLToPath(new URL('../../vitest/vitest.config.ts', import.meta.url));

const standardError = 2;

process.exitCode = await runCompliance(
  process.argv.slice(2),
  clauses,
  { root, config, progress: standardError },
  {
    colour: process.stdout.isTTY && process.env.NO_COLOR === undefined,
    result: (text) => {
      console.log(text);
    },
    notice: (text) => {
      console.error(text);
    },
  },
);
