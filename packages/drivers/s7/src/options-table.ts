import { z } from 'zod';
import { s7Options } from './options.js';

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** The options as a Markdown table, for the README: from the schema itself, so that the two agree. */
export function optionsTable(): string {
  const schema = z.toJSONSchema(s7Options, { io: 'input' }) as JsonSchema;
  const rows = rowsOf(schema, '');
  return ['| option | default | range | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf({ properties = {} }: JsonSchema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, option]) =>
    option.properties ? rowsOf(option, `${prefix}${name}.`) : rowOf(`${prefix}${name}`, option),
  );
}

function rowOf(name: string, option: JsonSchema): string {
  const { description = '', examples = [] } = option;
  const standard = option.default === undefined ? '' : `${JSON.stringify(option.default)}${unitOf(option)}`;
  const example = examples.length > 0 ? ` (e.g. ${examples.map((each) => `\`${String(each)}\``).join(', ')})` : '';
  return `| \`${name}\` | ${standard} | ${rangeOf(option)} | ${description}${example} |`;
}

function rangeOf(option: JsonSchema): string {
  const bounded = option.anyOf?.find(({ maximum }) => maximum !== undefined) ?? option;
  if (bounded.minimum === undefined || bounded.maximum === undefined) return '';
  return `${bounded.minimum} – ${bounded.maximum}${unitOf(option)}`;
}

function unitOf({ unit }: JsonSchema): string {
  return unit ? ` ${unit}` : '';
}
