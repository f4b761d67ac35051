import { importKepwareTags, type PlantDocument } from '@fieldwarden/config';
import { describe, expect, it } from 'vitest';
import { builtInDrivers } from '../../drivers/built-in-drivers.js';

const modbus = [
  ['400001', 'Word'], ['40001', 'Short'], ['300001', 'Float'], ['400001', 'Double'], ['400001', 'LLong'], ['000001', 'Boolean'],
  ['100001 [8]', 'Boolean Array'], ['400001.15', 'Boolean'], ['400001.20H', 'String'], ['400001.20L', 'String'],
  ['400001', 'BCD'], ['400001', 'LBCD'], ['400001 [10]', 'DWord Array'],
] as const; // prettier-ignore

const s7 = [
  ['DB1,REAL0', 'Float'], ['DB1,X0.3', 'Boolean'], ['DB1,STRING10.20', 'String'], ['DB1,INT2 [10]', 'Short Array'],
  ['DB1.DBB4', 'Char'], ['MB10', 'Byte'], ['DB1,DATE30', 'Date'], ['DB1,LREAL8', 'Double'], ['MW4', 'Short'], ['IW64', 'Word'],
  ['T5', 'Long'], ['C7', 'Word'],
] as const; // prettier-ignore

function leftOut(type: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  const document: PlantDocument = {
    version: 1,
    site: 'lab',
    drivers: [{ id: 'd', type, options: { host: 'h' }, devices: [{ id: 'e' }] }],
  };
  const lines = rows.map(([address, kind], i) => `t${i},"${address}",${kind},1,RO,100`);
  const text = ['Tag Name,Address,Data Type,Respect Data Type,Client Access,Scan Rate', ...lines].join('\n');
  const { findings } = importKepwareTags(
    text,
    document,
    { driverId: 'd', deviceId: 'e' },
    { registry: builtInDrivers() },
  );
  return findings
    .filter(({ rule, severity }) => severity === 'error' || rule === 'kepware-left-out')
    .map(({ message }) => message);
}

describe('addresses taken over from Kepware (§7.1)', () => {
  it('are ones that the driver types know', () => {
    expect(leftOut('modbus', modbus)).toEqual([]);
    expect(leftOut('s7', s7)).toEqual([]);
  });

  it('are refused by the driver types where they do not fit the data type', () => {
    expect(leftOut('modbus', [['000001', 'Word']])).toEqual([expect.stringContaining('t0 is left out')]);
    expect(leftOut('s7', [['DB1,REAL0', 'Word']])).toEqual([expect.stringContaining('t0 is left out')]);
  });
});
