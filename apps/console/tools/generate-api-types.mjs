import { adminRoutes, openapiDocument } from '@fieldwarden/admin-api';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

/** Types of every route, made from the code that serves them: `generated/admin-api.generated.ts`. Written only when it changes. */
const folder = new URL('../generated/', import.meta.url);
const file = new URL('admin-api.generated.ts', folder);

const text = astToString(await openapiTS(await openapiDocument(adminRoutes)));
mkdirSync(folder, { recursive: true });
if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
