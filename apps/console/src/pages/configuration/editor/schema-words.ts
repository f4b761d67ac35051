import type { EditorSchema } from './schema-at.js';

/** What a schema says, in a few lines: description, then range, default and examples. */
export function schemaWords(schema: EditorSchema): string {
  return [schema.description ?? '', limitsOf(schema), valuesOf(schema), exampleOf(schema)].filter(Boolean).join('\n');
}

function limitsOf({ minimum, maximum, unit, default: byDefault }: EditorSchema): string {
  const parts = [
    minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? '' : `from ${minimum}`,
    maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : `to ${maximum}`,
    unit ?? '',
  ].filter(Boolean);
  const range = parts.join(' ');
  const fallback = byDefault === undefined ? '' : `Default: ${JSON.stringify(byDefault)}.`;
  return [range && `${range.charAt(0).toUpperCase()}${range.slice(1)}.`, fallback].filter(Boolean).join(' ');
}

function valuesOf({ enum: values }: EditorSchema): string {
  return values ? `One of ${values.map((value) => JSON.stringify(value)).join(', ')}.` : '';
}

function exampleOf({ examples }: EditorSchema): string {
  return examples && examples.length > 0 ? `Example: ${examples.map((value) => JSON.stringify(value)).join(', ')}` : '';
}
