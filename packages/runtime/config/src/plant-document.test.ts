import { describe, expect, it } from 'vitest';
import { plantJsonSchema } from './plant-document.js';

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: unknown;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly required?: readonly string[];
  readonly default?: unknown;
}

const schema = plantJsonSchema() as SchemaNode;

function* groups(node: SchemaNode): Generator<SchemaNode> {
  if (node.properties) yield node;
  for (const below of [
    ...Object.values(node.properties ?? {}),
    ...(node.items ? [node.items] : []),
    ...(node.anyOf ?? []),
  ]) {
    yield* groups(below);
  }
}

function fieldsOf(group: SchemaNode): [name: string, field: SchemaNode, required: boolean][] {
  return Object.entries(group.properties ?? {}).map(([name, field]) => [name, field, !!group.required?.includes(name)]);
}

const fields = [...groups(schema)].flatMap(fieldsOf);

describe('the JSON schema', () => {
  it('refuses unknown fields in every group', () => {
    const open = [...groups(schema)].filter((group) => group.additionalProperties !== false);
    expect(open).toEqual([]);
    expect([...groups(schema)].length).toBeGreaterThan(15);
  });

  it('describes every field', () => {
    const bare = fields.filter(([, field]) => !field.description && !field.anyOf?.every((member) => member.properties));
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  it('says the unit, the default and the range of every duration', () => {
    const durations = fields.filter(([name]) => name.endsWith('Ms'));
    expect(durations.length).toBeGreaterThan(15);
    for (const [, { description }] of durations) {
      expect(description).toMatch(/Unit: ms\. Default: .+\. Range: \d+ to \d+\.$/);
    }
  });

  it('asks only for what has no default', () => {
    const required = fields.filter(([, , isRequired]) => isRequired).map(([name]) => name);
    expect(required).toEqual([
      'version', 'site', 'id', 'type', 'cron', 'id', 'path', 'address', 'dataType',
      'rawLow', 'rawHigh', 'low', 'high', 'absolute', 'percent',
    ]); // prettier-ignore
  });

  it('keeps reserved sections empty', () => {
    expect(schema.properties?.flows).toMatchObject({ enum: [[], {}, null] });
  });
});
