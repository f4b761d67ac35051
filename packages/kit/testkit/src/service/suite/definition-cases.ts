import assert from 'node:assert/strict';
import { ServiceRegistry, type PlantFacts } from '@fieldwarden/service';
import { z } from 'zod';
import type { ServiceFixture } from './fixture.js';
import type { ServiceCase } from './service-case.js';

export const definitionCases: readonly ServiceCase[] = [
  {
    sentence: 'has a definition that the registry takes (§16.1)',
    run({ definition }) {
      const registry = new ServiceRegistry();
      registry.register(definition);
      assert.equal(registry.get(definition.name)?.name, definition.name);
      assert(definition.title.trim(), 'people call it by some title');
      assert.match(definition.version, /^\d+\.\d+\.\d+/, 'version');
    },
  },
  {
    sentence: 'describes every field of its settings (§16.1)',
    run({ definition }) {
      const fields = fieldsOf(jsonSchema(definition));
      assert.deepEqual(
        fields.filter(({ schema }) => !schema.description?.trim()).map(({ path }) => path),
        [],
        'fields without a description',
      );
    },
  },
  {
    sentence: 'takes its settings as written, and its own defaults written out (§16.1)',
    run({ definition, fixture }) {
      const { settings, liveSettings = settings, restartingSettings = settings } = fixture;
      for (const each of [settings, liveSettings, restartingSettings]) definition.schema.parse(each);
      const { properties = {} } = jsonSchema(definition);
      const defaults = Object.entries(properties).filter(([, schema]) => schema.default !== undefined);
      const writtenOut = Object.fromEntries(defaults.map(([name, schema]) => [name, schema.default]));
      const short = { ...(settings as object), ...Object.fromEntries(defaults.map(([name]) => [name, undefined])) };
      assert.deepEqual(definition.schema.parse({ ...short, ...writtenOut }), definition.schema.parse(short));
      if (definition.withoutSection === 'defaults') definition.schema.parse({});
    },
  },
  {
    sentence: 'refuses fields of settings that it does not know (§16.1)',
    run({ definition, fixture }) {
      const stray = { ...(fixture.settings as object), noServiceHasAFieldOfThisName: 1 };
      assert.equal(definition.schema.safeParse(stray).success, false, 'a field that nobody knows');
    },
  },
  {
    sentence: 'finds nothing wrong with settings that fit, and leaves them as they are (§16.2)',
    run({ definition, fixture }) {
      for (const written of [fixture.settings, fixture.liveSettings ?? fixture.settings]) {
        const settings = definition.schema.parse(written);
        const findings = definition.check?.(settings, plantOf(fixture)) ?? [];
        assert.deepEqual(
          findings.filter(({ severity }) => severity === 'error'),
          [],
        );
        assert.deepEqual(definition.check?.(settings, plantOf(fixture)) ?? [], findings, 'asked again');
        assert.deepEqual(settings, definition.schema.parse(written), 'settings after they were checked');
      }
    },
  },
  {
    sentence: 'says which settings it takes over while it runs, and leaves them as they are (§16.2)',
    needs: ['liveSettings'],
    uses: ['apply'],
    run(stage) {
      const { liveSettings, settings } = stage.fixture;
      const [before, after] = [stage.parsed(settings), stage.parsed(liveSettings)];
      assert.equal(stage.definition.changesLive?.(before, after), true, 'whether liveSettings are taken over');
      assert.equal(stage.definition.changesLive(before, after), true, 'asked again');
      assert.deepEqual(
        [before, after],
        [stage.parsed(settings), stage.parsed(liveSettings)],
        'settings after the question',
      );
    },
  },
  {
    sentence: 'says for which settings it starts anew (§16.2)',
    needs: ['restartingSettings'],
    run(stage) {
      const { restartingSettings, settings } = stage.fixture;
      const live = stage.definition.changesLive?.(stage.parsed(settings), stage.parsed(restartingSettings)) ?? false;
      assert.equal(live, false, 'whether restartingSettings are taken over');
    },
  },
];

/** As far as the suite reads it. */
interface FieldSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
}

function jsonSchema({ schema }: ServiceFixture['definition']): FieldSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as FieldSchema;
}

/** Every field at every depth. */
function fieldsOf(schema: FieldSchema, path = ''): readonly { path: string; schema: FieldSchema }[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    path: `${path}${name}`,
    schema: field,
  }));
  const below = own.flatMap((field) => fieldsOf(field.schema, `${field.path}.`));
  const inside = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? [])];
  return [...own, ...below, ...inside.flatMap((each) => fieldsOf(each, path))];
}

function plantOf({ tags }: ServiceFixture): PlantFacts {
  return {
    site: 'test site',
    looksAtFiles: true,
    hasTagIn: () => true,
    tag: (path) => tags.find(({ definition }) => definition.path === path)?.definition,
    paths: () => tags.map(({ definition }) => definition.path),
  };
}
