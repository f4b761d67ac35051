import { schemasAt, type EditorSchema } from './schema-at.js';
import { schemaWords } from './schema-words.js';
import type { YamlContext } from './yaml-context.js';

export interface Suggestion {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'property' | 'enum';
  /** In a word: `required`, `default 1000`. */
  readonly detail: string;
  readonly info: string;
}

/** What can stand at this place, the required things first. */
export function suggestionsAt(root: EditorSchema, context: YamlContext): readonly Suggestion[] {
  const schemas = schemasAt(root, context);
  return context.mode === 'key' ? keySuggestions(schemas, context.present) : valueSuggestions(schemas);
}

function keySuggestions(schemas: readonly EditorSchema[], present: readonly string[]): readonly Suggestion[] {
  const required = new Set(schemas.flatMap((schema) => schema.required ?? []));
  const byName = new Map<string, EditorSchema>();
  for (const { properties } of schemas) {
    for (const [name, schema] of Object.entries(properties ?? {}))
      if (says(schema) || !byName.has(name)) byName.set(name, schema);
  }
  return [...byName]
    .filter(([name]) => !present.includes(name))
    .map(([name, schema]) => ({
      label: name,
      insert: `${name}: `,
      kind: 'property' as const,
      detail: required.has(name) ? 'required' : defaultWords(schema),
      info: schemaWords(schema),
    }))
    .sort((a, b) => Number(b.detail === 'required') - Number(a.detail === 'required'));
}

function says({ description, type, enum: values, properties }: EditorSchema): boolean {
  return description !== undefined || type !== undefined || values !== undefined || properties !== undefined;
}

function defaultWords({ default: value }: EditorSchema): string {
  return value === undefined ? '' : `default ${JSON.stringify(value)}`;
}

function valueSuggestions(schemas: readonly EditorSchema[]): readonly Suggestion[] {
  const values = schemas.flatMap((schema) => valuesOf(schema).map((value) => ({ value, schema })));
  const seen = new Set<string>();
  return values.flatMap(({ value, schema }) => {
    const label = asYaml(value);
    if (seen.has(label)) return [];
    seen.add(label);
    const detail = value === schema.default ? 'default' : '';
    return [{ label, insert: label, kind: 'enum' as const, detail, info: schemaWords(schema) }];
  });
}

function valuesOf({
  enum: values,
  const: constant,
  type,
  examples,
  default: byDefault,
}: EditorSchema): readonly unknown[] {
  if (values) return values;
  if (constant !== undefined) return [constant];
  if (type === 'boolean') return [true, false];
  return [...(byDefault === undefined ? [] : [byDefault]), ...(examples ?? [])].filter(
    (value) => typeof value !== 'object',
  );
}

/** Text that YAML would take for something else stands in quotes. */
function asYaml(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z][\w ./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
