/** Writes plant-reference.md anew from the schemas. Needs a built workspace: `npm run setup`. */
import { writeFileSync } from 'node:fs';
import { plantReference } from '../../packages/runtime/config/dist/index.js';
import { builtInCatalogue } from '../gateway/dist/catalogue.js';

writeFileSync(new URL('plant-reference.md', import.meta.url), plantReference(builtInCatalogue()));
