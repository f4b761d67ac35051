import { tagFields } from '@fieldwarden/config';
import { systemClock } from '@fieldwarden/core';
import { definitionOf } from '@fieldwarden/gateway-contract';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { tagRow } from './tag-views.js';

it('a row of the Admin API shows the fields of a tag that the one table of fields says it shows', () => {
  const store = new TagStore(systemClock, collectingLogger());
  const [handle] = store.define([
    definitionOf('packaging', 'filler', {
      path: 'a/b',
      address: '1',
      options: undefined,
      type: { scalar: 'bool' },
      scanMs: 1_000,
      access: 'read-only',
      scaling: undefined,
      notAvailable: undefined,
      unit: 'm',
      deadband: undefined,
      description: 'what',
      limits: undefined,
      range: undefined,
      writeIdempotent: false,
      writeNonFinite: false,
      verify: false,
      publish: true,
      history: undefined,
    }),
  ]);
  const row = tagRow(store, handle) as unknown as Record<string, unknown>;
  const shown = Object.values(tagFields).flatMap((field) => field.row ?? []);
  for (const name of shown) expect(row[name], name).not.toBeUndefined();
  const ofThePlace = ['driverId', 'device'];
  const ofTheValue = ['value', 'status', 'statusCode', 'sourceAt', 'serverAt'];
  expect(Object.keys(row).sort()).toEqual([...shown, ...ofThePlace, ...ofTheValue].sort());
});
