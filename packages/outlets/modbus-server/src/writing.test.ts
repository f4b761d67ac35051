import { GatewayError, statusCodes, type WriteOutcome } from '@fieldwarden/core';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.js';
import { startTestServer, type TestServer, type TestTag } from './testing/test-server.js';

const tags: readonly TestTag[] = [
  ['speed', 'float32', 1.5],
  ['limited', 'int16', 5, { limits: { min: 0, max: 100 } }],
  ['fixed', 'int16', 5, { access: 'read-only' }],
  ['word', 'uint16', 0x00ff],
  ['small', 'uint8', 1],
  ['name', 'string', 'a'],
  ['list', 'int16[3]', [1, 2, 3]],
  ['run', 'bool', false],
  ['stop', 'bool', false],
  ['lamps', 'bool[4]', [false, false, false, false]],
];

let server: TestServer;
let client: TestClient;

afterEach(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

async function serve(
  map: readonly object[],
  unit: object = {},
  settings: object = {},
): Promise<(pdu: string) => Promise<string>> {
  const rows = map.map((row) => ({ access: 'read-write', ...row }));
  server = await startTestServer(tags, { settings: { ...settings, units: [{ ...unit, map: rows }] } });
  client = await server.client();
  return (pdu) => client.ask(pdu);
}

const written = (): unknown[] => server.writer.writes.map(({ path, value }) => [path, value]);

describe('writing registers', () => {
  it('writes every kind of value, and answers with address and quantity', async () => {
    const ask = await serve([
      { path: 'speed', address: 'HR0' },
      { path: 'limited', address: 'HR2' },
      { path: 'name', address: 'HR3.4H' },
      { path: 'list', address: 'HR5' },
      { path: 'run', address: 'HR8' },
    ]);
    expect(await ask('10 0000 0009 12 40200000 0064 61626300 0001fffe0003 0001')).toBe('1000000009');
    expect(written()).toEqual([
      ['speed', 2.5],
      ['limited', 100],
      ['name', 'abc'],
      ['list', [1, -2, 3]],
      ['run', true],
    ]);
    expect(server.writer.requests).toHaveLength(1);
  });

  it('refuses a text with something behind its end, rather than cut it', async () => {
    const ask = await serve([{ path: 'name', address: 'HR0.4H' }]);
    expect(await ask('10 0000 0002 04 41004200')).toBe('9003');
    expect(await ask('10 0000 0002 04 41420000')).toBe('1000000002');
    expect(written()).toEqual([['name', 'AB']]);
  });

  it('says who wrote', async () => {
    const ask = await serve([{ path: 'word', address: 'HR0' }]);
    expect(await ask('06 0000 1234')).toBe('0600001234');
    expect(server.writer.writes[0].origin).toMatchObject({
      via: 'modbus-server',
      principal: { name: '127.0.0.1' },
    });
    expect(server.writer.writes[0].origin.correlationId).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    [{}, '0600001234', '0600010001'],
    [{ role: 'viewer' }, '8602', '8602'],
    [{ role: 'operator', areas: ['word'] }, '0600001234', '8602'],
    [{ role: 'engineer', areas: ['limited'] }, '8602', '0600010001'],
  ])('to who may not write it a row is read-only: %j (§13.2)', async (rights, word, limited) => {
    const ask = await serve(
      [
        { path: 'word', address: 'HR0' },
        { path: 'limited', address: 'HR1' },
      ],
      {},
      rights,
    );
    expect([await ask('06 0000 1234'), await ask('06 0001 0001')]).toEqual([word, limited]);
    const single = server.writer.writes.length;
    const together = await ask('10 0000 0002 04 0001 0001');
    const mayBoth = [word, limited].every((answer) => !answer.startsWith('86'));
    expect(together).toBe(mayBoth ? '1000000002' : '9002');
    expect(server.writer.writes.length - single).toBe(mayBoth ? 2 : 0);
  });

  it('answers after the device, and answers of one client keep their order', async () => {
    const ask = await serve([{ path: 'word', address: 'HR0' }]);
    const device = Promise.withResolvers<WriteReply>();
    server.writer.answer = () => device.promise;
    const first = client.send('06 0000 1234');
    await waitFor(() => server.writer.requests.length === 1, { what: 'the write' });
    const second = client.send('03 0000 0001');
    using other = await server.client();
    expect(await other.ask('03 0000 0001')).toBe('030200ff');
    expect(client.received).toHaveLength(0);
    device.resolve({ outcome: 'done', status: statusCodes.Good });
    expect(await client.answer()).toMatchObject({ transactionId: first, pdu: '0600001234' });
    expect(await client.answer()).toMatchObject({ transactionId: second, pdu: '03021234' });
    expect(await ask('03 0000 0001')).toBe('03021234');
  });

  const outcome = (name: WriteOutcome, status: number): WriteReply => ({ outcome: name, status });
  const refused = (status: number, writeOutcome: WriteOutcome): WriteReply =>
    new GatewayError({ code: 'X', kind: 'config', message: 'x', status, writeOutcome });

  it.each<[string, WriteReply, string]>([
    ['rejected', outcome('rejected', statusCodes.BadDeviceFailure), '8604'],
    ['rejected for its range', outcome('rejected', statusCodes.BadOutOfRange), '8603'],
    ['rejected for its type', outcome('rejected', statusCodes.BadTypeMismatch), '8603'],
    ['not sent', outcome('not-sent', statusCodes.BadNoCommunication), '860b'],
    ['unknown', outcome('unknown', statusCodes.BadTimeout), '860b'],
    ['refused beforehand', refused(statusCodes.BadNotWritable, 'rejected'), '8602'],
    ['refused for a driver that is stopped', refused(statusCodes.BadOutOfService, 'not-sent'), '860b'],
    ['an error that calls itself done', refused(statusCodes.Good, 'done'), '860b'],
  ])('a write that is %s', async (_, reply, answer) => {
    const ask = await serve([{ path: 'word', address: 'HR0' }]);
    server.writer.answer = () => reply;
    expect(await ask('06 0000 0001')).toBe(answer);
  });

  it('answers with the worst of several outcomes', async () => {
    const ask = await serve([
      { path: 'word', address: 'HR0' },
      { path: 'limited', address: 'HR1' },
    ]);
    const replies: Record<string, WriteReply> = {
      word: outcome('rejected', statusCodes.BadOutOfRange),
      limited: outcome('unknown', statusCodes.BadTimeout),
    };
    server.writer.answer = ({ path }) => replies[path];
    expect(await ask('10 0000 0002 04 0001 0001')).toBe('900b');
    replies.limited = outcome('done', statusCodes.Good);
    expect(await ask('10 0000 0002 04 0001 0001')).toBe('9003');
  });

  it('writes nothing of a request of which one part can not be written', async () => {
    const ask = await serve([
      { path: 'word', address: 'HR0' },
      { path: 'limited', address: 'HR1' },
      { path: 'fixed', address: 'HR2' },
      { path: 'small', address: 'HR3' },
      { path: 'list', address: 'HR4', access: 'read-only' },
      { path: 'word', address: 'HR7', quality: true, access: 'read-only' },
    ]);
    expect(await ask('10 0000 0002 04 0001 0065')).toBe('9003');
    expect(await ask('10 0001 0002 04 0001 0001')).toBe('9002');
    expect(await ask('10 0003 0001 02 0100')).toBe('9003');
    expect(await ask('10 0004 0003 06 0001 0001 0001')).toBe('9002');
    expect(await ask('06 0007 0001')).toBe('8602');
    expect(await ask('06 0008 0001')).toBe('8602');
    expect(await ask('10 0007 0002 04 0001 0001')).toBe('9002');
    expect(server.writer.requests).toEqual([]);
    const told = server.logger.messages('warn');
    for (const why of ['the map has no row', 'list is read-only', 'outside the limits', 'takes no such value'])
      expect(told).toContainEqual(expect.stringContaining(why));
    expect(await ask('10 0000 0002 04 0001 0065')).toBe('9003');
    expect(server.logger.messages('warn')).toEqual(told); // the same is told once a minute
  });

  it('refuses a part of a value, and says so once', async () => {
    const ask = await serve([
      { path: 'speed', address: 'HR0' },
      { path: 'list', address: 'HR2' },
    ]);
    expect(await ask('06 0000 4020')).toBe('8603');
    expect(await ask('06 0001 0000')).toBe('8603');
    expect(await ask('10 0000 0003 06 40200000 0001')).toBe('9003');
    expect(server.writer.requests).toEqual([]);
    expect(server.logger.messages('warn')).toEqual([
      'a write of 127.0.0.1 to HR0 of unit 1 was refused with exception 3: it holds only a part of speed at HR0..HR1; clients have to write all of it in one request',
      'a write of 127.0.0.1 to HR0..HR2 of unit 1 was refused with exception 3: it holds only a part of list at HR2..HR4; clients have to write all of it in one request (and 1 more of such since the last message)',
    ]);
  });

  it('writes what a row of another type says, where the tag can take it', async () => {
    const ask = await serve([{ path: 'limited', address: 'HR0', dataType: 'float32', byteOrder: 'CDAB' }]);
    expect(await ask('10 0000 0002 04 0000 4040')).toBe('1000000002');
    expect(await ask('10 0000 0002 04 0000 4020')).toBe('9003');
    expect(written()).toEqual([['limited', 3]]);
  });

  it('does not fill holes when it writes', async () => {
    const ask = await serve(
      [
        { path: 'word', address: 'HR0' },
        { path: 'limited', address: 'HR2' },
      ],
      { holes: 'zero' },
    );
    expect(await ask('10 0000 0003 06 0001 0000 0001')).toBe('9002');
  });

  it('writes and reads in one request (FC 23), the read after the write', async () => {
    const ask = await serve([
      { path: 'word', address: 'HR0' },
      { path: 'limited', address: 'HR1' },
    ]);
    expect(await ask('17 0000 0002 0001 0001 02 0007')).toBe('1704' + '00ff0007');
    expect(await ask('17 0000 0002 0001 0001 02 0065')).toBe('9703');
    const before = server.writer.requests.length;
    expect(await ask('17 0005 0001 0001 0001 02 0008')).toBe('9702');
    expect(server.writer.requests).toHaveLength(before);
  });
});

describe('writing bits of registers', () => {
  const map = [
    { path: 'run', address: 'HR0.0' },
    { path: 'stop', address: 'HR0.15' },
    { path: 'lamps', address: 'HR0.4' },
    { path: 'word', address: 'HR1' },
    { path: 'speed', address: 'HR2' },
  ];

  it('writes all tags of a register; a bit of nobody can only be 0', async () => {
    const ask = await serve(map);
    expect(await ask('06 0000 8051')).toBe('0600008051');
    expect(written()).toEqual([
      ['run', true],
      ['lamps', [true, false, true, false]],
      ['stop', true],
    ]);
    expect(await ask('06 0000 0002')).toBe('8603');
    expect(server.writer.requests).toHaveLength(1);
  });

  it('writes only the bits that a mask lets through', async () => {
    const ask = await serve(map);
    expect(await ask('16 0000 7fff 8000')).toBe('1600007fff8000');
    expect(written()).toEqual([['stop', true]]);
    expect(await ask('16 0000 ffcf 0010')).toBe('9603');
    expect(await ask('16 0000 fffd 0002')).toBe('9603');
    expect(await ask('16 0000 ffff 0000')).toBe('160000ffff0000');
    expect(server.writer.requests).toHaveLength(1);
  });

  it('masks the present value of a whole register, unless it is not known', async () => {
    const ask = await serve(map);
    expect(await ask('16 0001 00f2 0025')).toBe('16000100f20025');
    expect(written()).toEqual([['word', (0x00ff & 0xf2) | (0x25 & ~0xf2)]]);
    expect(await ask('16 0002 0000 4020')).toBe('9603');
    server.tags.fail(statusCodes.BadNoCommunication, 'word');
    expect(await ask('16 0001 00f2 0025')).toBe('960b');
    expect(await ask('16 0009 0000 0000')).toBe('9602');
  });

  it('masks what the device confirmed last, until the device has been read again', async () => {
    const ask = await serve(map);
    expect(await ask('16 0001 fbff 0400')).toMatch(/^16/);
    expect(await ask('16 0001 feff 0100')).toMatch(/^16/);
    expect(await ask('16 0001 fdff 0200')).toMatch(/^16/);
    expect(written().at(-1)).toEqual(['word', 0x07ff]);
    const confirmedAtMs = Date.now();
    await waitFor(() => Date.now() > confirmedAtMs, { what: 'a later millisecond' });
    server.tags.set('word', 0);
    expect(await ask('16 0001 fffe 0001')).toMatch(/^16/);
    expect(written().at(-1)).toEqual(['word', 1]);
  });

  it('masks one after the other what several clients ask for at the same time', async () => {
    await serve(map);
    const others = await Promise.all(Array.from({ length: 8 }, () => server.client()));
    await Promise.all(
      others.map((other, i) => {
        const bit = (1 << (i + 8)) & 0xffff;
        return other.ask(`16 0001 ${(~bit & 0xffff).toString(16)} ${bit.toString(16).padStart(4, '0')}`);
      }),
    );
    expect(written().at(-1)).toEqual(['word', 0xffff]);
    for (const other of others) other[Symbol.dispose]();
  });

  it('counts bits from the other byte where the unit says so', async () => {
    const ask = await serve(map.slice(0, 2), { byteOrder16: 'BA' });
    expect(await ask('06 0000 0100')).toBe('0600000100');
    expect(await ask('16 0000 ff7f 0080')).toBe('160000ff7f0080');
    expect(written()).toEqual([
      ['run', true],
      ['stop', false],
      ['stop', true],
    ]);
  });
});

describe('writing coils', () => {
  const map = [
    { path: 'run', address: 'C0' },
    { path: 'lamps', address: 'C1' },
    { path: 'fixed', address: 'C5', dataType: 'bool' },
  ];

  it('writes one coil, and several in one request of the road', async () => {
    const ask = await serve(map);
    expect(await ask('05 0000 ff00')).toBe('050000ff00');
    expect(await ask('0f 0000 0005 01 14')).toBe('0f00000005');
    expect(written()).toEqual([
      ['run', true],
      ['run', false],
      ['lamps', [false, true, false, true]],
    ]);
    expect(server.writer.requests).toHaveLength(2);
  });

  it('refuses parts, holes and what is read-only', async () => {
    const ask = await serve(map);
    expect(await ask('05 0002 ff00')).toBe('8503');
    expect(await ask('05 0005 ff00')).toBe('8502');
    expect(await ask('05 0006 ff00')).toBe('8502');
    expect(server.writer.requests).toEqual([]);
  });
});
