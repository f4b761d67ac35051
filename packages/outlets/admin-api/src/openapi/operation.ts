import type { ComponentName } from '@fieldwarden/admin-contract/components';

/** As much of JSON Schema 2020-12 as the document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly (string | number | null)[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** An OpenAPI 3.1 operation object; what every operation has in common (problems, correlation id) is added by the document. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export function schemaRef(name: ComponentName): JsonSchema {
  return { $ref: componentAddress(name) };
}

export function componentAddress(name: string): string {
  return `#/components/schemas/${name}`;
}

export function jsonResponse(description: string, schemaName: ComponentName): ResponseObject {
  return { description, content: { 'application/json': { schema: schemaRef(schemaName) } } };
}

export function jsonBody(schemaName: ComponentName): NonNullable<Operation['requestBody']> {
  return { required: true, content: { 'application/json': { schema: schemaRef(schemaName) } } };
}

/** A body that is not JSON of this API, in one of these media types. */
export function textResponse(description: string, types: readonly string[]): ResponseObject {
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])) };
}

/** `schemaName`: shape of the JSON in each event's data. */
export function eventStreamResponse(description: string, schemaName: ComponentName): ResponseObject {
  return {
    description: `${description} Each event's data is one JSON text of the shape ${schemaName}.`,
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  };
}

export function pathParameter(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

export function queryParameter(name: string, description: string, schema: JsonSchema, required = false): Parameter {
  return { name, in: 'query', required, description, schema };
}
