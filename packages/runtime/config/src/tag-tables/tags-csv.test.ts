import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportTagsCsv } from './export-tags-csv.js';
import { importTagsCsv, type TagImportOptions } from './import-tags-csv.js';
import type { PlantDocument } from '../document/plant-document.js';
import { plantJsonSchema } from '../document/plant-json-schema.js';
import { csvColumns } from './tag-columns.js';
import { arbitraryDocument } from '../testing/arbitrary-plants.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';

const start = { path: 'filler/start', address: '000001', dataType: 'bool', access: 'read-write' };
const speed = { path: 'filler/speed', address: '400001', dataType: 'float32' };

function documentOf(...tags: readonly object[]): PlantDocument {
  const devices = [
    { id: 'filler', tags },
    { id: 'capper', tags: [{ ...speed, path: 'capper/speed' }] },
  ];
  return { version: 1, site: 'lab', drivers: [{ id: 'packaging', type: 'press', devices }] } as PlantDocument;
}

const header = 'driver,device,path,address,dataType';

/** `row-path rule: message`, or the tags of the filler. */
function imported(text: string, options?: TagImportOptions, document = documentOf(speed)): unknown {
  const { document: next, findings } = importTagsCsv(text, document, options);
  expect(next === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
  const told = findings.map(({ path, rule, message, line }) => `${path}@${line} ${rule}: ${message}`);
  return next ? { tags: next.drivers?.[0].devices?.[0].tags, told } : told;
}

describe('a table of tags (§7.1)', () => {
  it('has a column for every field of a tag', () => {
    const fields = (node: SchemaNode, name: string): string[] => {
      const groups = [node, ...(node.anyOf ?? [])].filter(({ properties }) => properties);
      return groups.length === 0
        ? [name]
        : [
            ...(node.anyOf?.some(({ properties }) => !properties) ? [name] : []), // or something plain
            ...groups.flatMap((group) =>
              Object.entries(group.properties ?? {}).flatMap(([field, below]) =>
                fields(below, name === '' ? field : `${name}.${field}`),
              ),
            ),
          ];
    };
    const { items: driver } = (plantJsonSchema(sampleCatalogue()) as SchemaNode).properties!.drivers;
    const tag = driver!.properties!.devices.items!.properties!.tags.items!;
    expect([...csvColumns.known].sort()).toEqual(['driver', 'device', ...fields(tag, '')].sort());
  });

  it('is written as spreadsheets write it', () => {
    const text = exportTagsCsv(
      documentOf({ ...start, description: 'a "quoted", long\nstory' }, { ...speed, description: '' }),
    );
    expect(text.split('\r\n')).toEqual([
      csvColumns.known.join(','),
      'packaging,filler,filler/start,000001,bool,,read-write,,"a ""quoted"", long\nstory",,,,,,,,,,,,,,,,,,,,,,,,',
      'packaging,filler,filler/speed,400001,float32,,,,"",,,,,,,,,,,,,,,,,,,,,,,,',
      'packaging,capper,capper/speed,400001,float32,,,,,,,,,,,,,,,,,,,,,,,,,,,,',
      '',
    ]);
  });

  it('has groups as JSON, and says so where they are none', () => {
    const tag = { ...speed, options: { jsonPath: '$.a', write: { topic: 't, "q"' } } };
    const text = exportTagsCsv(documentOf(tag));
    expect(imported(text, {}, documentOf(speed))).toEqual({ tags: [tag], told: [] });
    expect(imported(`${header},options\npackaging,filler,a/b,1,bool,jsonPath\n`)).toEqual([
      'rows[2].options@2 type: must be a group in JSON, such as {"jsonPath": "$.value"}, not "jsonPath"',
    ]);
  });

  it.each([
    ['32767', 'int16', 32767],
    ['-999.9', 'float32', -999.9],
    ['0xFFFF', 'uint16', 65535],
    ['NaN', 'float32', 'NaN'],
    ['----', 'string', '----'],
    ['"[32767, -32768]"', 'int16', [32767, -32768]],
    ['"[""NaN"", 9999]"', 'float32', ['NaN', 9999]],
    ['"""65535"""', 'string', '65535'],
  ])('has values for "none" as people write them: %s', (cell, dataType, notAvailable) => {
    const text = `${header},notAvailable\npackaging,filler,a/b,1,${dataType},${cell}\n`;
    const { tags } = imported(text, { mode: 'merge' }) as { readonly tags: readonly unknown[] };
    expect(tags.slice(1)).toEqual([{ path: 'a/b', address: '1', dataType, notAvailable }]);
  });

  it('comes back without loss, every field, whatever it says', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const text = exportTagsCsv(document);
        const before = withTags(document, (tags) => tags.slice(1));
        const { document: after, findings } = importTagsCsv(text, before, { mode: 'replace' });
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(after).toEqual(withTags(document, (tags) => tags.map(asTableSaysIt)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['semicolons', `driver;device;path;address;dataType;description\npackaging;filler;a/b;1;bool;x, y\n`],
    ['tabs', `driver\tdevice\tpath\taddress\tdataType\tdescription\npackaging\tfiller\ta/b\t1\tbool\tx, y`],
    [
      'a byte order mark, quotes and lines ended by CR LF',
      `\uFEFF"driver","device","path","address","dataType","description"\r\npackaging,filler,a/b,1,bool,"x, y"\r\n\r\n`,
    ],
    [
      'columns in another order and empty ones at the end',
      `path,dataType,description,device,driver,address,,\na/b,bool,"x, y",filler,packaging,1,,\n,,,,,,,\n`,
    ],
  ])('is read with %s', (_says, text) => {
    const tag = { path: 'a/b', address: '1', dataType: 'bool', description: 'x, y' };
    expect(imported(text, { mode: 'merge' })).toEqual({ tags: [speed, tag], told: [] });
  });

  it('replaces the tags of the devices that it names, says what goes, and leaves other devices alone', () => {
    expect(imported(`${header}\npackaging,filler,filler/start,000001,bool\n`, { mode: 'replace' })).toEqual({
      tags: [{ path: 'filler/start', address: '000001', dataType: 'bool' }],
      told: [
        '@undefined tags-removed: 1 tag of packaging/filler not in the table will be removed, such as filler/speed',
      ],
    });
    const options = { mode: 'replace' } as const;
    const { document, removed } = importTagsCsv(`${header}\npackaging,filler,a/b,1,bool\n`, documentOf(speed), options);
    expect(removed).toEqual(['filler/speed']);
    expect(document?.drivers?.[0].devices?.[1]).toEqual(documentOf().drivers?.[0].devices?.[1]);
  });

  it('is merged unless told otherwise: tags of the same path are replaced where they stand, the others stay', () => {
    const text = `${header}\npackaging,filler,filler/speed,5,int16\npackaging,filler,a/b,1,bool\n`;
    expect(importTagsCsv(text, documentOf(speed, start)).removed).toEqual([]);
    expect(imported(text, {}, documentOf(speed, start))).toEqual({
      tags: [
        { path: 'filler/speed', address: '5', dataType: 'int16' },
        start,
        { path: 'a/b', address: '1', dataType: 'bool' },
      ],
      told: [],
    });
  });

  it.each([
    ['an unknown column', `${header},scanrate\n`, ['rows[1].scanrate@1 csv-column: there is no column "scanrate"; did you mean scanMs?']],
    ['a column twice', `${header},path\n`, ['rows[1].path@1 csv-column: column path is there twice']],
    ['a missing column', 'driver,device,path,address\n', ['rows[1].dataType@1 csv-column: column dataType is missing']],
    ['nothing', '', ['rows[1].driver@undefined csv-column: column driver is missing']],
    ['a quote without end', `${header}\npackaging,filler,"a/b,1,bool\n`, ['@undefined csv-syntax: the table cannot be read: Quote Not Closed: the parsing is finished with an opening quote at line 2']],
    ['another encoding', `${header}\npackaging,filler,a/b,1,bool,\uFFFDC\n`, ['@undefined encoding: line 2 is not UTF-8; save the table as "CSV UTF-8"']],
    ['a cell too many', `${header}\npackaging,filler,a/b,1,bool,x\n`, ['rows[2]@2 csv-column: has something in a column without a name; is a delimiter not quoted?']],
    ['a driver that is not there', `${header}\npackagin,filler,a/b,1,bool\n`, ['rows[2].driver@2 driver-unknown: there is no driver "packagin" in the document; did you mean packaging?']],
    ['a device that is not there', `${header}\npackaging,,a/b,1,bool\npackaging,labeller,a/b,1,bool\n`, ['rows[2].device@2 required: is required', 'rows[3].device@3 device-unknown: there is no device "labeller" in the document; known here: filler, capper']],
    ['numbers and flags that are none', `${header},scanMs,verify\npackaging,filler,a/b,1,bool,"1,5",ja\n`, ['rows[2].scanMs@2 type: must be a number such as 1500 or 0.5, with a point and no separators, not "1,5"', 'rows[2].verify@2 type: must be true or false, not "ja"']],
    ['what the schema refuses', `${header},scanMs\npackaging,filler,a b,,real,5\n`, ['rows[2].path@2 format: a tag path is 1 to 8 segments of letters, digits, _ . - (at most 64 each), joined by /', 'rows[2].address@2 required: is required', expect.stringContaining('rows[2].dataType@2 format: a data type is one of'), 'rows[2].scanMs@2 range: must be at least 10']],
    ['what rules refuse', `${header},limits.min,limits.max,scaling.rawLow,scaling.gain\npackaging,filler,a/b,1,int16,2,1,,\npackaging,filler,a/c,1,int16,,,0,2\n`, ['rows[2].limits@2 limits-order: min 2 is greater than max 1', 'rows[3].scaling.rawHigh@3 required: is required', 'rows[3].scaling.low@3 required: is required', 'rows[3].scaling.high@3 required: is required', 'rows[3].scaling.gain@3 unknown-field: unknown field "gain"; known here: rawLow, rawHigh, low, high, clamp']],
    ['paths that are taken', `${header}\npackaging,filler,a/b,1,bool\npackaging,filler,a/b,2,bool\npackaging,filler,capper/speed,3,bool\n`, ['rows[3].path@3 tag-path-unique: a/b is already the path of rows[2].path', 'rows[4].path@4 tag-path-unique: capper/speed is already the path of drivers[0].devices[1].tags[0].path']],
  ])('with %s changes nothing, and says where', (_says, text, told) => {
    expect(imported(text)).toEqual(told);
  }); // prettier-ignore

  it('has its addresses checked by the driver type', () => {
    const text = `${header}\npackaging,filler,a/b,DB1,bool\n`;
    expect(imported(text, { registry: sampleCatalogue().drivers, mode: 'merge' })).toEqual([
      'rows[2].address@2 tag-address: DB1 is no register from 0 to 999999',
    ]);
  });

  it('tells everything at once, up to a thousand findings and how many more', () => {
    const rows = Array.from({ length: 1_200 }, (_, i) => `packaging,filler,a/t${i},1,real`);
    const { document, findings, rows: count } = importTagsCsv([header, ...rows].join('\n'), documentOf());
    expect({ document, count, told: findings.length, last: findings.at(-1)?.message }).toEqual({
      document: undefined,
      count: 1_200,
      told: 1_001,
      last: 'and 200 more',
    });
    expect(findings[999]).toMatchObject({ path: 'rows[1001].dataType', line: 1_001 });
  });
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

type Tags = readonly Record<string, unknown>[];

/** The document with other tags in each device that has any. */
function withTags(document: PlantDocument, change: (tags: Tags) => Tags): PlantDocument {
  const drivers = document.drivers?.map((driver) => ({
    ...driver,
    devices: driver.devices?.map((device) => ({ ...device, tags: change(device.tags ?? []) })),
  }));
  return { ...document, ...(drivers && { drivers }) } as PlantDocument;
}

/** Addresses are texts, and limits without a limit are none. */
function asTableSaysIt({ limits, ...tag }: Record<string, unknown>): Record<string, unknown> {
  const hasLimits = limits !== undefined && Object.keys(limits as object).length > 0;
  return { ...tag, address: String(tag.address), ...(hasLimits && { limits }) };
}
