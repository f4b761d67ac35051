import { resolve } from 'node:path';
import { dependencyMistakes } from './dependencies/find-mistakes.mjs';

/* Prints where package.json and tsconfig.json of a package differ from what it imports; ends with 1 if they do. */
const mistakes = dependencyMistakes(resolve(import.meta.dirname, '../..'));
for (const mistake of mistakes) console.log(mistake);
process.exitCode = mistakes.length > 0 ? 1 : 0;
