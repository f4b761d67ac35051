import { statusCodes } from '@fieldwarden/core';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestTag } from './testing/test-server.js';

const tags: readonly TestTag[] = [
  ['speed', 'float32', 1.5],
  ['level', 'float64', -2.25],
  ['count', 'int64', -2n],
  ['total', 'uint32', 0x0102_0304],
  ['small', 'int8', -1],
  ['name', 'string', 'Füller'],
  ['list', 'int16[4]', [1, -2, 3, 4]],
  ['run', 'bool', true],
  ['stop', 'bool', false],
  ['lamps', 'bool[10]', Array.from({ length: 10 }, (_, i) => i % 2 === 0)],
];

let server: TestServer;

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

async function serve(map: readonly object[], unit: object = {}): Promise<(pdu: string) => Promise<string>> {
  server = await startTestServer(tags, { settings: { units: [{ ...unit, map }] } });
  const client = await server.client();
  return (pdu) => client.ask(pdu);
}

describe('reading registers', () => {
  it('shows numbers, text and arrays in registers', async () => {
    const ask = await serve([
      { path: 'speed', address: 'HR0' },
      { path: 'count', address: 'HR2' },
      { path: 'small', address: 'HR6' },
      { path: 'name', address: 'HR7.7H' },
      { path: 'list', address: 'HR11' },
      { path: 'run', address: 'HR15' },
    ]);
    expect(await ask('03 0000 0010')).toBe(
      '0320' + '3fc00000' + 'fffffffffffffffe' + 'ffff' + '46fc6c6c65720000' + '0001fffe00030004' + '0001',
    );
  });

  it('shows a part of a value that reaches out of the request', async () => {
    const ask = await serve([
      { path: 'total', address: 'IR0' },
      { path: 'list', address: 'IR2' },
    ]);
    expect(await ask('04 0001 0003')).toBe('0406' + '0304' + '0001' + 'fffe');
    expect(await ask('04 0003 0001')).toBe('0402' + 'fffe');
  });

  it.each([
    ['ABCD', '01020304'],
    ['CDAB', '03040102'],
    ['BADC', '02010403'],
    ['DCBA', '04030201'],
  ])('in byte order %s, of the unit and of a row', async (byteOrder, bytes) => {
    const ask = await serve(
      [
        { path: 'total', address: 'HR0' },
        { path: 'total', address: 'HR2', byteOrder: 'ABCD' },
      ],
      { byteOrder },
    );
    expect(await ask('03 0000 0004')).toBe(`0308${bytes}01020304`);
  });

  it('shows a value in another type that it fits, and none where it does not', async () => {
    const ask = await serve([
      { path: 'level', address: 'HR0', dataType: 'int16' },
      { path: 'level', address: 'HR1', dataType: 'uint16' },
      { path: 'total', address: 'HR2', dataType: 'uint16' },
    ]);
    expect(await ask('03 0000 0001')).toBe('0302fffe');
    expect(await ask('03 0001 0001')).toBe('8304');
    expect(await ask('03 0002 0001')).toBe('8304');
  });

  it('gathers bits in a register; those of nobody are 0', async () => {
    const ask = await serve([
      { path: 'run', address: 'HR0.0' },
      { path: 'stop', address: 'HR0.1' },
      { path: 'lamps', address: 'HR0.8' },
      { path: 'speed', address: 'HR1.15', quality: true },
    ]);
    expect(await ask('03 0000 0002')).toBe('0304' + '5501' + '8001');
    expect(await ask('03 0001 0001')).toBe('0302' + '8001');
  });

  it('gathers bits from the other byte where the unit says so', async () => {
    const ask = await serve(
      [
        { path: 'run', address: 'HR0.0' },
        { path: 'run', address: 'HR0.9' },
      ],
      { byteOrder16: 'BA' },
    );
    expect(await ask('03 0000 0001')).toBe('03020102');
  });

  it('answers for holes and for what is not mapped with exception 2', async () => {
    const ask = await serve([
      { path: 'small', address: 'HR0' },
      { path: 'small', address: 'HR2' },
    ]);
    expect(await ask('03 0000 0003')).toBe('8302');
    expect(await ask('03 0002 0002')).toBe('8302');
    expect(await ask('03 0001 0001')).toBe('8302');
    expect(await ask('04 0000 0001')).toBe('8402');
  });

  it('fills holes with zeros where the unit says so, but not where nothing is mapped', async () => {
    const ask = await serve(
      [
        { path: 'small', address: 'HR1' },
        { path: 'small', address: 'HR3' },
      ],
      { holes: 'zero' },
    );
    expect(await ask('03 0000 0005')).toBe('030a' + '0000ffff0000ffff0000');
    expect(await ask('03 0004 0001')).toBe('8302');
    expect(await ask('03 0002 0001')).toBe('8302');
  });
});

describe('reading bits', () => {
  it('packs coils and discrete inputs, the first in the lowest bit', async () => {
    const ask = await serve([
      { path: 'run', address: 'C0' },
      { path: 'lamps', address: 'C1' },
      { path: 'run', address: 'DI5' },
    ]);
    expect(await ask('01 0000 000b')).toBe('0102' + 'ab02');
    expect(await ask('01 0002 0003')).toBe('0101' + '02');
    expect(await ask('02 0005 0001')).toBe('0101'.replace('01', '02') + '01');
    expect(await ask('02 0005 0002')).toBe('8202');
  });
});

describe('the truth', () => {
  it.each([
    ['BadNoCommunication', '830b'],
    ['BadTimeout', '830b'],
    ['BadWaitingForInitialData', '830b'],
    ['BadOutOfService', '830b'],
    ['BadDeviceFailure', '8304'],
    ['BadNodeIdUnknown', '8304'],
    ['BadDecodingError', '8304'],
    ['UncertainLastUsableValue', '830b'],
    ['UncertainSensorNotAccurate', '8304'],
    ['GoodLocalOverride', '0304' + '3fc00000'],
  ] as const)('a tag that is %s is answered with %s', async (status, answer) => {
    const ask = await serve([{ path: 'speed', address: 'HR0' }]);
    server.tags.fail(statusCodes[status], 'speed');
    expect(await ask('03 0000 0002')).toBe(answer);
  });

  it('shows uncertain values where the unit says so, but never an old one', async () => {
    const ask = await serve([{ path: 'speed', address: 'HR0' }], { uncertain: 'value' });
    server.tags.fail(statusCodes.UncertainSensorNotAccurate, 'speed');
    expect(await ask('03 0000 0002')).toBe('0304' + '3fc00000');
    server.tags.fail(statusCodes.UncertainLastUsableValue, 'speed');
    expect(await ask('03 0000 0002')).toBe('830b');
    server.tags.fail(statusCodes.UncertainNoCommunicationLastUsableValue, 'speed');
    expect(await ask('03 0000 0002')).toBe('830b');
  });

  it('refuses a range of which one tag is Bad, and shows its quality on a row of its own', async () => {
    const ask = await serve([
      { path: 'speed', address: 'HR0' },
      { path: 'total', address: 'HR2' },
      { path: 'total', address: 'HR4', quality: true },
      { path: 'run', address: 'C0' },
      { path: 'stop', address: 'C1' },
      { path: 'total', address: 'DI0', quality: true },
    ]);
    expect(await ask('03 0000 0005')).toBe('030a' + '3fc00000' + '01020304' + '0001');
    server.tags.fail(statusCodes.BadNoCommunication, 'total', 'stop');
    expect(await ask('03 0000 0005')).toBe('830b');
    expect(await ask('03 0000 0002')).toBe('0304' + '3fc00000');
    expect(await ask('03 0004 0001')).toBe('0302' + '0000');
    expect(await ask('02 0000 0001')).toBe('0201' + '00');
    expect(await ask('01 0000 0002')).toBe('810b');
  });

  it('has no value to show before the first one came', async () => {
    const ask = await serve([{ path: 'late', address: 'HR0', dataType: 'uint16' }]);
    expect(await ask('03 0000 0001')).toBe('8304');
    expect(server.service.health()).toEqual({
      state: 'Degraded',
      reason: 'unit 1 does not serve a row: no tag has the path late',
    });
  });

  it('never shows zeros for a tag that went, and shows it when it comes again with another handle', async () => {
    const ask = await serve(
      [
        { path: 'small', address: 'HR0' },
        { path: 'total', address: 'HR1' },
      ],
      { holes: 'zero' },
    );
    server.tags.remove('small');
    expect(await ask('03 0000 0002')).toBe('8304');
    const definition = server.tags.definition(server.tags.handleOf('total')!)!;
    server.tags.define({ ...definition, path: 'other' }, { ...definition, path: 'small', type: { scalar: 'int8' } });
    expect(await ask('03 0000 0002')).toBe('830b');
    server.tags.set('small', 5);
    expect(await ask('03 0000 0002')).toBe('0304' + '0005' + '0102');
  });

  it('shows nothing of a tag that has another type than its row can show, and says so', async () => {
    const ask = await serve([{ path: 'small', address: 'HR0', dataType: 'uint16' }]);
    const definition = server.tags.definition(server.tags.handleOf('small')!)!;
    server.tags.remove('small');
    server.tags.define({ ...definition, type: { scalar: 'string' } });
    server.tags.set('small', '5');
    expect(await ask('03 0000 0001')).toBe('8304');
    expect(server.logger.messages('error')).toEqual([]);
    expect(server.service.health()).toMatchObject({ state: 'Degraded' });
  });

  it('takes no value for a value because its status is Good', async () => {
    const ask = await serve([{ path: 'small', address: 'HR0' }]);
    const definition = server.tags.definition(server.tags.handleOf('small')!)!;
    server.tags.remove('small');
    server.tags.define(definition);
    server.tags.fail(statusCodes.Good, 'small');
    expect(await ask('03 0000 0001')).toBe('830b');
  });

  it('answers when the tags themselves can not be asked, and says so once', async () => {
    const ask = await serve([{ path: 'small', address: 'HR0', access: 'read-write' }]);
    server.tags.broken = new Error('gone');
    expect(await ask('03 0000 0001')).toBe('8304');
    expect(await ask('06 0000 0001')).toBe('8604');
    expect(server.logger.messages('error')).toEqual(['a request could not be answered: gone']);
    server.tags.broken = undefined;
    expect(await ask('03 0000 0001')).toBe('0302ffff');
  });
});

describe('units', () => {
  it('have maps of their own; who is not there is a path that the gateway does not have', async () => {
    const units = [
      { unitId: 1, map: [{ path: 'small', address: 'HR0' }] },
      { unitId: 7, map: [{ path: 'run', address: 'HR0' }] },
    ];
    server = await startTestServer(tags, { settings: { units } });
    const client = await server.client();
    expect(await client.ask('03 0000 0001', 1)).toBe('0302ffff');
    expect(await client.ask('03 0000 0001', 7)).toBe('03020001');
    expect(await client.ask('03 0000 0001', 2)).toBe('830a');
    expect(await client.ask('03 0000 0001', 255)).toBe('830a');
  });

  it('the only one answers as 0 and 255 too', async () => {
    server = await startTestServer(tags, {
      settings: { units: [{ unitId: 7, map: [{ path: 'run', address: 'HR0' }] }] },
    });
    const client = await server.client();
    for (const unitId of [0, 7, 255]) expect(await client.ask('03 0000 0001', unitId)).toBe('03020001');
    expect(await client.ask('03 0000 0001', 1)).toBe('830a');
  });

  it('says who it is', async () => {
    const ask = await serve([]);
    const answer = Buffer.from(await ask('2b 0e 02 00'), 'hex').toString('latin1');
    for (const text of ['Fieldwarden', '1.2.3', 'test site']) expect(answer).toContain(text);
  });
});
