import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { PlantDocument } from '../document/plant-document.js';
import { arbitraryDocument } from '../testing/arbitrary-plants.js';
import { documentToYaml } from '../text/document-to-yaml.js';
import { editPlantText } from './edit-plant-text.js';
import { parsePlantText } from '../text/parse-plant-text.js';

/** A document to be changed by hand. */
interface Changed {
  site: string;
  'x-notes'?: string;
  logging?: object;
  opcua: { securityPolicies?: string[] };
  drivers: ChangedDriver[];
}

interface ChangedDriver {
  id: string;
  type?: string;
  enabled?: boolean;
  options?: Record<string, unknown>;
  devices?: { options?: Record<string, unknown>; tags?: ChangedTag[] }[];
}

type ChangedTag = Record<string, unknown>;

type Change = (document: Changed) => unknown;

function edited(text: string, change: Change): string {
  const document = structuredClone(parsePlantText(text).document) as Changed;
  change(document);
  const result = editPlantText(text, document as unknown as PlantDocument);
  expect(parsePlantText(result).document).toEqual(document);
  return result;
}

/** The same text but for what is named: `from` → `to`, once. */
function expectOnly(text: string, change: Change, ...replaced: readonly (readonly [from: string, to: string])[]): void {
  const expected = replaced.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, () => to);
  }, text);
  expect(edited(text, change)).toBe(expected);
}

const plant = `# Hall 3, packaging. Ask Ada before you change the filler.
site: lab      # order is ours: site before version
version: 1

x-notes: &notes   'it''s "here"'
drivers:
    # --- line 1
    - id: line1          # behind the cabinet
      type: modbus
      options: {host: 10.0.0.7,   port: 0x1F6}   # 502 in hexadecimal
      devices:
      - id: filler
        options:
            unitId: 1    # rotary switch
        tags:
        # speeds
        - {path: line1/speed, address: 000001, dataType: "float32"}   # as on the drawing
        - path: line1/note
          address: 400010.10
          dataType: string
          description: |
            two lines,
            the second

          unit: *notes   # shared
        # --- end of the filler
opcua: { anonymous: true, securityPolicies: [ None, "Basic256Sha256" ] }
# the end
`;

const tagsOf = (document: Changed): ChangedTag[] => document.drivers[0].devices![0].tags!;

describe('the text of a plant (§7.2)', () => {
  it('stays as it is when it says so already', () => {
    expectOnly(plant, () => undefined);
  });

  it('changes by one scalar, in its own notation, and nothing else', () => {
    expectOnly(plant, (d) => (d.site = 'hall'), ['site: lab', 'site: hall']);
    expectOnly(plant, (d) => (d.drivers[0].options!.port = 503), ['0x1F6', '503']);
    expectOnly(plant, (d) => (tagsOf(d)[0].dataType = 'int16'), ['"float32"', '"int16"']);
    expectOnly(plant, (d) => (tagsOf(d)[0].address = '000002'), ['000001', '"000002"']);
    expectOnly(plant, (d) => (tagsOf(d)[0].address = '400007'), ['000001', '400007']);
    expectOnly(plant, (d) => (tagsOf(d)[1].description = 'one\nand two\n'), [
      'two lines,\n            the second',
      'one\n            and two',
    ]);
    expectOnly(plant, (d) => (d.drivers[0].devices![0].options!.unitId = 7), ['unitId: 1 ', 'unitId: 7 ']);
  });

  it('writes an alias out where what it stands for is no longer the same, and an anchor stays', () => {
    expectOnly(plant, (d) => (tagsOf(d)[1].unit = 'bar'), ['*notes ', 'bar ']);
    expectOnly(plant, (d) => (d['x-notes'] = 'new'), [`'it''s "here"'`, `'new'`], ['*notes ', '"it\'s \\"here\\"" ']);
    const gone = edited(plant, (d) => delete d['x-notes']);
    expect(gone).toContain('unit: "it\'s \\"here\\""   # shared');
    expect(gone).toContain('# rotary switch');
  });

  it('takes fields and tags away with their lines', () => {
    expectOnly(plant, (d) => delete tagsOf(d)[1].dataType, ['          dataType: string\n', '']);
    expectOnly(plant, (d) => delete d.opcua.securityPolicies, [', securityPolicies: [ None, "Basic256Sha256" ]', '']);
    expectOnly(plant, (d) => d.opcua.securityPolicies!.shift(), ['None, ', '']);
    expectOnly(plant, (d) => tagsOf(d).shift(), [
      '        - {path: line1/speed, address: 000001, dataType: "float32"}   # as on the drawing\n',
      '',
    ]);
    expectOnly(plant, (d) => (d.opcua = {}), [
      '{ anonymous: true, securityPolicies: [ None, "Basic256Sha256" ] }',
      '{}',
    ]);
  });

  it('puts new fields and tags beside their like', () => {
    expectOnly(plant, (d) => (tagsOf(d)[0].scanMs = 500), ['"float32"}', '"float32", scanMs: 500}']);
    expectOnly(plant, (d) => (d.drivers[0].enabled = false), ['hexadecimal\n', 'hexadecimal\n      enabled: false\n']);
    expectOnly(plant, (d) => tagsOf(d).splice(1, 0, { dataType: 'bool', address: '5', path: 'line1/run' }), [
      'drawing\n',
      'drawing\n        - path: line1/run\n          address: 5\n          dataType: bool\n',
    ]);
    expectOnly(plant, (d) => d.opcua.securityPolicies!.push('Aes'), ['"Basic256Sha256" ]', '"Basic256Sha256", Aes ]']);
    expectOnly(plant, (d) => d.drivers.push({ id: 'b', type: 'modbus' }), [
      '        # --- end of the filler\n',
      '    - id: b\n      type: modbus\n        # --- end of the filler\n',
    ]);
  });

  it('keeps a list in lines of tags, and lines as Windows ends them', () => {
    const text =
      'version: 1\nsite: a\ndrivers:\n  - id: a\n    type: t\n    devices:\n      - id: d\n        tags:\n          - { path: a/b, address: 1, dataType: bool } # one\n';
    const tag = { path: 'a/c', address: '2', dataType: 'bool' };
    const added = '# one\n          - { path: a/c, address: 2, dataType: bool }';
    expectOnly(text, (d) => tagsOf(d).push(tag), ['# one', added]);
    const windows = text.replaceAll('\n', '\r\n');
    expectOnly(windows, (d) => tagsOf(d).push(tag), ['# one', added.replaceAll('\n', '\r\n')]);
  });

  it('stays JSON where it is JSON, in its own layout', () => {
    const json =
      '{\n  "version": 1,\n  "site": "lab",\n  "drivers": [\n    { "id": "a", "type": "t" },\n    { "id": "b", "type": "t" }\n  ]\n}\n';
    expectOnly(json, (d) => (d.site = 'hall'), ['"lab"', '"hall"']);
    expectOnly(json, (d) => d.drivers.push({ id: 'c', type: 't' }), [
      '"b", "type": "t" }',
      '"b", "type": "t" },\n    { "id": "c", "type": "t" }',
    ]);
    expectOnly(json, (d) => d.drivers.shift(), ['{ "id": "a", "type": "t" },\n    ', '']);
    expectOnly(json, (d) => (d.logging = { level: 'debug' }), ['  ]\n}', '  ],\n  "logging": { "level": "debug" }\n}']);
    expect(
      () => JSON.parse(edited(json, (d) => (d.drivers[0].options = { 'a b': [1, { c: null }] }))) as unknown,
    ).not.toThrow();
  });

  it('finds members again by their names, whatever was put before them', () => {
    const text = 'drivers:\n  - id: a # A\n  - id: b # B\n  - id: c # C\n';
    expect(edited(text, (d) => d.drivers.unshift({ id: 'z' }))).toBe(`drivers:\n  - id: z\n${text.slice(9)}`);
    expect(edited(text, (d) => d.drivers.splice(1, 1))).toBe('drivers:\n  - id: a # A\n  - id: c # C\n');
    expect(edited(text, (d) => d.drivers.reverse())).toContain('# A');
  });

  it('puts lines behind a text of several lines, and takes that away, without joining others to it', () => {
    const text =
      'drivers:\n  - id: a\n    note: |\n      one\n      two\n\n  - id: b\n    note: >-\n      three\n# site\nsite: c\n';
    expectOnly(text, (d) => d.drivers.splice(1, 0, { id: 'z' }), ['two\n', 'two\n  - id: z\n']);
    expectOnly(text, (d) => d.drivers.push({ id: 'z' }), ['three\n', 'three\n  - id: z\n']);
    expectOnly(text, (d) => d.drivers.pop(), ['  - id: b\n    note: >-\n      three\n', '']);
  });

  it('makes any text say any document', () => {
    const how = fc.record({
      indent: fc.integer({ min: 1, max: 4 }),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const, 'block' as const),
      lineWidth: fc.constantFrom(0, 40),
    });
    const writers = fc.oneof(
      fc.constant((document: PlantDocument) => documentToYaml(document)),
      fc.nat(2).map((indent) => (document: PlantDocument) => JSON.stringify(document, undefined, indent)),
      how.map(
        (options) => (document: PlantDocument) => stringify(document, { ...options, aliasDuplicateObjects: true }),
      ),
    );
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, writers, (before, after, write) => {
        const result = editPlantText(write(before), after);
        expect(parsePlantText(result).document).toEqual(parsePlantText(documentToYaml(after)).document);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every comment when values change', () => {
    fc.assert(
      fc.property(arbitraryDocument, fc.integer({ min: 2, max: 60_000 }), (document, scanMs) => {
        const text = stringify(document)
          .replace(/^(.*[^>|+-])$/gm, '$1 # kept')
          .replace(/^/gm, '# line\n');
        fc.pre(parsePlantText(text).document !== undefined);
        const next = structuredClone(document) as unknown as Changed;
        for (const driver of next.drivers ?? [])
          for (const device of driver.devices ?? []) for (const tag of device.tags ?? []) tag.scanMs = scanMs;
        const result = editPlantText(text, next as unknown as PlantDocument);
        expect(result.match(/# line/g)?.length).toBe(text.match(/# line/g)?.length);
      }),
      { numRuns: 50 },
    );
  });
});
