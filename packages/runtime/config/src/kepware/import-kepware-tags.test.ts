import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importKepwareTags } from './import-kepware-tags.js';
import type { PlantDocument } from '../document/plant-document.js';

const columns =
  'Tag Name,Address,Data Type,Respect Data Type,Client Access,Scan Rate,Scaling,Raw Low,Raw High,Scaled Low,Scaled High,Scaled Data Type,Clamp Low,Clamp High,Eng Units,Description,Negate Value';

const documentOf = (type: string, device: object = { options: { byteOrder: 'CDAB' } }) =>
  ({
    version: 1,
    site: 'lab',
    drivers: [{ id: 'line', type, devices: [{ id: 'filler', ...device }] }],
  }) as PlantDocument;

const target = { driverId: 'line', deviceId: 'filler', prefix: 'a' };

function imported(text: string, document: PlantDocument): { tags: unknown; told: string[] } {
  const { document: next, findings } = importKepwareTags(text, document, target);
  const told = findings.map(({ severity, path, rule, message }) => `${severity} ${path} ${rule}: ${message}`);
  return { tags: next?.drivers?.[0].devices?.[0].tags, told };
}

/** Rows of a table as Kepware writes it, the common ones short. */
const row = (address: string, type: string, rest = '') =>
  imported(`${columns}\n"t","${address}",${type}${rest || ',1,RO,100,,,,,,,,,,"",'}\n`, documentOf('modbus'));
const s7Row = (address: string, type: string) =>
  imported(`${columns}\n"t","${address}",${type},1,R/W,100,,,,,,,,,,"",\n`, documentOf('s7'));

describe('tags from Kepware (§7.1)', () => {
  it('come with everything that has an equivalent', () => {
    const text = [
      `\uFEFF${columns}`,
      '"Line 1.Speed","400001",Float,1,R/W,250,Linear,0,4095,-10,100,Double,1,1,"l/min","Flow, total",0',
      '"Start","000017",Boolean,1,RO,100,,,,,,,,,,"",',
    ].join('\r\n');
    expect(imported(text, documentOf('modbus'))).toEqual({
      tags: [
        {
          path: 'a/Line_1/Speed',
          address: '400001',
          dataType: 'float32',
          scanMs: 250,
          access: 'read-write',
          scaling: { rawLow: 0, rawHigh: 4_095, low: -10, high: 100, clamp: true },
          unit: 'l/min',
          description: 'Flow, total',
        },
        { path: 'a/Start', address: '000017', dataType: 'bool', scanMs: 100, access: 'read-only' },
      ],
      told: [
        'warning  kepware-respelt: 1 name with characters that paths do not have are spelt with _, such as Line 1.Speed → Line_1/Speed',
      ],
    });
  });

  it.each([
    ['400001', 'Word', '400001', 'uint16'],
    ['40001', 'Short', '40001', 'int16'],
    ['300001', 'Long', '300001', 'int32'],
    ['400001', 'DWord', '400001', 'uint32'],
    ['400001', 'Double', '400001', 'float64'],
    ['400001', 'LLong', '400001', 'int64'],
    ['400001', 'QWord', '400001', 'uint64'],
    ['100001', 'Boolean', '100001', 'bool'],
    ['400001.15', 'Boolean', '400001.15', 'bool'],
    ['400001.20H', 'String', '400001.20H', 'string'],
    ['400001.20L', 'String', '400001.20L', 'string'],
    ['400001', 'BCD', '400001.BCD', 'uint16'],
    ['400001', 'LBCD', '400001.BCD', 'uint32'],
    ['400001 [10]', 'Float', '400001', 'float32[10]'],
    ['400001[10]', 'Word Array', '400001', 'uint16[10]'],
    ['400001 [1][7]', 'Short Array', '400001', 'int16[7]'],
    ['000001 [8]', 'Boolean Array', '000001', 'bool[8]'],
  ])('have Modbus addresses: %s as %s → %s, %s', (address, type, ours, dataType) => {
    expect(row(address, type)).toEqual({
      tags: [{ path: 'a/t', address: ours, dataType, scanMs: 100, access: 'read-only' }],
      told: [],
    });
  });

  it.each([
    ['DB1,REAL0', 'Float', 'DB1,REAL0', 'float32'],
    ['DB1,X0.3', 'Boolean', 'DB1,X0.3', 'bool'],
    ['DB1,STRING10.20', 'String', 'DB1,STRING10.20', 'string'],
    ['DB1,INT2 [10]', 'Short Array', 'DB1,INT2', 'int16[10]'],
    ['DB1.DBB4', 'Char', 'DB1.DBB4', 'int8'],
    ['MB10', 'Byte', 'MB10', 'uint8'],
    ['DB1,DATE30', 'Date', 'DB1,DATE30', 'datetime'],
  ])('have S7 addresses: %s as %s → %s, %s', (address, type, ours, dataType) => {
    expect(s7Row(address, type)).toMatchObject({ tags: [{ address: ours, dataType }], told: [] });
  });

  it.each([
    ['a type of its own choice', row('400001', 'Default'), 'data type Default has no equivalent; give the tag an explicit one'],
    ['a type that Modbus has not', row('400001', 'Date'), 'data type Date has no equivalent in Modbus'],
    ['BCD of S7', s7Row('DB1,WORD0', 'BCD'), 'data type BCD has no equivalent in S7'],
    ['a hexadecimal address', row('H400A1', 'Word'), 'address "H400A1" has no equivalent'],
    ['an array without length', row('400001', 'Word Array'), 'an array whose address has no length, as in [10]'],
    ['two dimensions', row('400001 [2][3]', 'Word Array'), 'an array of two dimensions has no equivalent'],
    ['write-only access', row('400001', 'Word', ',1,WO,100,,,,,,,,,,"",'), 'client access WO has no equivalent'],
    ['a square root', row('400001', 'Word', ',1,RO,100,Square Root,0,1,0,1,Float,0,0,,"",0'), 'scaling Square Root has no equivalent'],
    ['a clamp at one end', row('400001', 'Word', ',1,RO,100,Linear,0,1,0,1,Float,1,0,,"",0'), 'a clamp at one end only has no equivalent'],
    ['a scaling without numbers', row('400001', 'Word', ',1,RO,100,Linear,,1,0,1,Float,0,0,,"",0'), 'Raw Low is no number'],
    ['a scaling without slope', row('400001', 'Word', ',1,RO,100,Linear,1,1,0,1,Float,0,0,,"",0'), expect.stringMatching(/^the scaling has no slope/)],
    ['a scan rate out of range', row('400001', 'Word', ',1,RO,0,,,,,,,,,,"",'), 'must be at least 10'],
  ])('are left out, and it is said, for %s', (_says, { tags, told }, why) => {
    expect(tags).toEqual([]);
    expect(told.map((text) => text.replace('warning rows[2] kepware-left-out: t is left out: ', ''))).toEqual([why]);
  }); // prettier-ignore

  it('turn a negated scaling round', () => {
    expect(row('400001', 'Word', ',1,RO,100,Linear,0,10,0,100,Float,1,1,,"",1')).toMatchObject({
      tags: [{ scaling: { rawLow: 0, rawHigh: 10, low: 0, high: -100, clamp: true } }],
    });
  });

  it('come from JSON as well: a device, a group or a list of tags', () => {
    const tag = (name: string, more: object) => ({
      'common.ALLTYPES_NAME': name,
      'servermain.TAG_ADDRESS': '400001',
      'servermain.TAG_DATA_TYPE': 5,
      'servermain.TAG_READ_WRITE_ACCESS': 1,
      'servermain.TAG_SCAN_RATE_MILLISECONDS': 100,
      'servermain.TAG_SCALING_TYPE': 0,
      'servermain.TAG_SCALING_RAW_LOW': 0,
      ...more,
    });
    const scaled = {
      'servermain.TAG_ADDRESS': '400010 [4]',
      'servermain.TAG_DATA_TYPE': 28,
      'servermain.TAG_SCALING_TYPE': 1,
      'servermain.TAG_SCALING_RAW_HIGH': 1_000,
      'servermain.TAG_SCALING_SCALED_LOW': 0,
      'servermain.TAG_SCALING_SCALED_HIGH': 10,
      'servermain.TAG_SCALING_CLAMP_LOW': false,
      'servermain.TAG_SCALING_CLAMP_HIGH': false,
      'servermain.TAG_SCALING_UNITS': 'bar',
      'common.ALLTYPES_DESCRIPTION': 'Pressures',
    };
    const group = { 'common.ALLTYPES_NAME': 'G', tags: [tag('B', scaled)] };
    const expected = [
      { path: 'a/A', address: '400001', dataType: 'uint16', scanMs: 100, access: 'read-write' },
      {
        path: 'a/G/B',
        address: '400010',
        dataType: 'float32[4]',
        scanMs: 100,
        access: 'read-write',
        scaling: { rawLow: 0, rawHigh: 1_000, low: 0, high: 10 },
        unit: 'bar',
        description: 'Pressures',
      },
    ];
    const device = { tags: [tag('A', {})], tag_groups: [group] };
    expect(imported(JSON.stringify(device), documentOf('modbus'))).toEqual({ tags: expected, told: [] });
    expect(imported(`\uFEFF ${JSON.stringify([tag('A', {})])}`, documentOf('modbus'))).toEqual({
      tags: expected.slice(0, 1),
      told: [],
    });
  });

  it.each([
    ['a device that is not there', `${columns}\n`, documentOf('modbus', { id: 'x' }), 'error  device-unknown: there is no device "filler" in the document; known here: x'],
    ['another protocol', `${columns}\n`, documentOf('simulator'), 'error  kepware-protocol: driver line is of type simulator; tags of Kepware can be taken over for modbus, modbus-rtu, s7'],
    ['another table', 'a,b\n', documentOf('modbus'), 'error rows[1]["Tag Name"] csv-column: column Tag Name is missing'],
    ['JSON without tags', '{}', documentOf('modbus'), 'error  kepware-shape: there are no tags in it; expected is the JSON of one device, of a tag group or of a list of tags'],
    ['half a JSON', '{', documentOf('modbus'), expect.stringMatching(/^error {2}syntax: the export cannot be read: /)],
    ['two names that become one', `${columns}\n"a b","400001",Word,1,RO,100,,,,,,,,,,"",\n"a_b","400001",Word,1,RO,100,,,,,,,,,,"",\n`, documentOf('modbus'), 'error rows[3].path tag-path-unique: a/a_b is already the path of rows[2].path'],
  ])('change nothing with %s', (_says, text, document, finding) => {
    const { tags, told } = imported(text, document);
    expect(tags).toBeUndefined();
    expect(told).toContainEqual(finding);
  }); // prettier-ignore

  it('warn of the order of words, which an export does not say', () => {
    const text = `${columns}\n"t","400001",Float,1,RO,100,,,,,,,,,,"",\n`;
    const { told } = imported(text, documentOf('modbus', {}));
    expect(told).toEqual([expect.stringMatching(/^warning {2}kepware-byte-order: .*CDAB/)]);
  });

  it('tell of columns that they do not know, and stay beside the tags that are there', () => {
    const existing = { path: 'x/y', address: '1', dataType: 'bool' };
    const text = 'Tag Name,Address,Data Type,Colour\n"t","400001",Word,red\n';
    expect(imported(text, documentOf('modbus', { tags: [existing] }))).toMatchObject({
      tags: [existing, { path: 'a/t', access: 'read-only' }],
      told: ['warning rows[1].Colour csv-column: column "Colour" is not used'],
    });
  });

  it('lose no row silently, whatever is in it', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('400001', 'Word', 'Float Array', 'RO', 'Linear', '1', '[2]'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 17, maxLength: 17 }), { maxLength: 5 }), (rows) => {
        const lines = rows.map((cells, i) =>
          [`t${i}`, ...cells.slice(1)].map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
        );
        const {
          document,
          rows: count,
          findings,
        } = importKepwareTags([columns, ...lines].join('\n'), documentOf('modbus'), target);
        if (!document) return;
        const taken = document.drivers?.[0].devices?.[0].tags?.length ?? 0;
        const left = new Set(findings.filter(({ rule }) => rule === 'kepware-left-out').map(({ path }) => path));
        expect(taken + left.size).toBe(count);
        expect(count).toBe(rows.length);
      }),
    );
  });
});
