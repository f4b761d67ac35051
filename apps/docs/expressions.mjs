/** Writes the functions in expressions.md anew from their table. Needs a built workspace: `npm run setup`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expressionReference } from '../../packages/kit/expressions/dist/index.js';

const page = new URL('expressions.md', import.meta.url);
const [written] = readFileSync(page, 'utf8').split(/(?<=<!-- from here on .*-->\n)/);
writeFileSync(page, `${written}\n${expressionReference()}`);
