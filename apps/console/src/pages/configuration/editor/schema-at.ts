import type { YamlContext } from './yaml-context.js';

/** As much of JSON Schema as editors of the plant document need. */
export interface EditorSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly unit?: string;
  readonly properties?: Readonly<Record<string, EditorSchema>>;
  readonly required?: readonly string[];
  readonly items?: EditorSchema;
  readonly additionalProperties?: boolean | EditorSchema;
  readonly anyOf?: readonly EditorSchema[];
  readonly oneOf?: readonly EditorSchema[];
  readonly allOf?: readonly EditorSchema[];
  readonly if?: EditorSchema;
  readonly then?: EditorSchema;
  readonly $defs?: Readonly<Record<string, EditorSchema>>;
}

/** Every schema that holds for the place of `context`. Conditions are decided by what is written beside the path. */
export function schemasAt(root: EditorSchema, context: Pick<YamlContext, 'path' | 'scalar'>): readonly EditorSchema[] {
  let schemas = alternatives(root, root, () => undefined);
  context.path.forEach((step, index) => {
    // What is beside this step is in the mapping that the next one lies in.
    const beside = (name: string): string | undefined => context.scalar(index + 1, name);
    schemas = schemas
      .flatMap((schema) => childrenOf(schema, step))
      .flatMap((child) => alternatives(root, child, beside));
  });
  return schemas;
}

function childrenOf(schema: EditorSchema, step: string): readonly EditorSchema[] {
  if (step === '[]') return schema.items ? [schema.items] : [];
  const property = schema.properties?.[step];
  if (property) return [property];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

type Beside = (name: string) => string | undefined;

/** The schema itself, and all that it is combined of. */
function alternatives(root: EditorSchema, schema: EditorSchema, beside: Beside, depth = 0): readonly EditorSchema[] {
  if (depth > 16) return [];
  const more = (other: EditorSchema): readonly EditorSchema[] => alternatives(root, other, beside, depth + 1);
  const target = schema.$ref === undefined ? undefined : referenced(root, schema.$ref);
  const then = schema.if && schema.then && holds(schema.if, beside) ? [schema.then] : [];
  return [
    schema,
    ...(target ? more(target) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? []), ...then].flatMap(more),
  ];
}

function referenced(root: EditorSchema, reference: string): EditorSchema | undefined {
  if (!reference.startsWith('#/$defs/')) return undefined;
  return root.$defs?.[decodeURIComponent(reference.slice('#/$defs/'.length))];
}

/** Conditions are of the form "this property is that constant". */
function holds(condition: EditorSchema, beside: Beside): boolean {
  const properties = Object.entries(condition.properties ?? {});
  return (
    properties.length > 0 &&
    properties.every(([name, schema]) => schema.const !== undefined && beside(name) === schema.const)
  );
}
