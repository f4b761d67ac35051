import { scalarTypes, statusCodes, type ScalarType, type TagValue } from '@fieldwarden/core';
import {
  AttributeIds,
  BrowseDirection,
  makeBrowsePath,
  NodeClass,
  ReadRequest,
  StatusCodes,
  TimestampsToReturn,
  VariantArrayType,
  type BrowseDescriptionOptions,
  type DataValue,
  type ReadResponse,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from './testing/test-outlet.js';
import { uaDataTypes } from './values/ua-types.js';

const samples: Readonly<Record<ScalarType, readonly [value: TagValue, onTheWire: unknown]>> = {
  bool: [true, true],
  int8: [-128, -128],
  int16: [-32_768, -32_768],
  int32: [-2_147_483_648, -2_147_483_648],
  int64: [-2n, [0xffff_ffff, 0xffff_fffe]],
  uint8: [255, 255],
  uint16: [65_535, 65_535],
  uint32: [4_294_967_295, 4_294_967_295],
  uint64: [2n ** 64n - 1n, [0xffff_ffff, 0xffff_ffff]],
  float32: [Math.fround(1.1), Math.fround(1.1)],
  float64: [1.1, 1.1],
  string: ['Gärung 1', 'Gärung 1'],
  bytes: [Uint8Array.of(0, 255), Buffer.from([0, 255])],
  datetime: [Date.UTC(2024, 1, 29, 12), new Date('2024-02-29T12:00:00Z')],
};

const speed = tag(
  'packaging/filler/speed',
  { scalar: 'float32' },
  {
    access: 'read-write',
    unit: '°C',
    range: { low: -10, high: 150 },
    description: 'Speed of the filler',
  },
);
const many = Array.from({ length: 2_500 }, (_, i) => tag(`packaging/store/bin${i}`, { scalar: 'int16' }));

let gateway: TestOutlet;
let client: TestClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    speed,
    tag('packaging/mode', { scalar: 'string' }),
    tag('pump/on', { scalar: 'bool' }, { trueState: 'running' }),
    tag('pump/mode', { scalar: 'uint8' }, { enumStrings: ['off', 'auto', 'hand'] }),
    tag('clock', { scalar: 'datetime' }),
    ...scalarTypes.map((scalar) => tag(`types/scalar/${scalar}`, { scalar })),
    ...scalarTypes.map((scalar) => tag(`types/array/${scalar}`, { scalar, arrayLength: 3 })),
    ...many,
  ]);
  client = await TestClient.connect(gateway);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

async function childrenOf(nodeId: string): Promise<string[]> {
  const result = await client.session.browse({
    nodeId,
    referenceTypeId: 'Organizes',
    browseDirection: BrowseDirection.Forward,
    resultMask: 63,
  });
  return (result.references ?? []).map(({ nodeId: target }) => String(target.value));
}

describe('address space (§10.1)', () => {
  test('has the folders of the paths below Objects, and the tags in them', async () => {
    expect(await childrenOf('i=85')).toEqual(expect.arrayContaining(['packaging', 'types', 'clock']));
    expect(await childrenOf(client.id('packaging'))).toEqual(['packaging/filler', 'packaging/store', 'packaging/mode']);
    expect(await childrenOf(client.id('packaging/filler'))).toEqual(['packaging/filler/speed']);
  });

  test('lists a folder of thousands completely, in pieces as small as the client asks for', async () => {
    client.session.requestedMaxReferencesPerNode = 700;
    const first = await client.session.browse({
      nodeId: client.id('packaging/store'),
      resultMask: 63,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: 'Organizes',
    });
    let names = first.references?.map(({ browseName }) => browseName.name) ?? [];
    let { continuationPoint } = first;
    while (continuationPoint?.length) {
      const next = await client.session.browseNext(continuationPoint, false);
      names = [...names, ...(next.references ?? []).map(({ browseName }) => browseName.name)];
      ({ continuationPoint } = next);
    }
    expect(names).toEqual(many.map((_, i) => `bin${i}`));
  });

  test('leads from a tag to its type, its properties and back to its folder', async () => {
    const both = {
      nodeId: client.id(speed.path),
      browseDirection: BrowseDirection.Both,
      includeSubtypes: true,
      resultMask: 63,
    };
    const { references } = await client.session.browse({ ...both, referenceTypeId: 'References' });
    expect(references?.map((one) => [one.isForward, one.nodeClass, one.browseName.name])).toEqual([
      [true, NodeClass.VariableType, 'AnalogUnitRangeType'],
      [false, NodeClass.Object, 'filler'],
      [true, NodeClass.Variable, 'EngineeringUnits'],
      [true, NodeClass.Variable, 'EURange'],
    ]);
    const { references: variables } = await client.session.browse({
      ...both,
      referenceTypeId: 'HierarchicalReferences',
      nodeClassMask: NodeClass.Variable,
    });
    expect(variables?.map((one) => one.browseName.name)).toEqual(['EngineeringUnits', 'EURange']);
  });

  test('translates browse paths from the root', async () => {
    const found = await client.session.translateBrowsePath(
      makeBrowsePath('i=84', '/Objects/2:packaging/2:filler/2:speed.EURange'),
    );
    expect(String(found.targets?.[0]?.targetId.value)).toBe('packaging/filler/speed#EURange');
    const missing = await client.session.translateBrowsePath(makeBrowsePath('i=84', '/Objects/2:packaging/2:nothing'));
    expect(missing.statusCode).toEqual(StatusCodes.BadNoMatch);
  });

  test('answers BadNodeIdUnknown for what is not there', async () => {
    expect((await client.read('packaging/nothing')).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
    expect((await client.session.browse(client.id('packaging/nothing'))).statusCode).toEqual(
      StatusCodes.BadNodeIdUnknown,
    );
    expect((await client.read('packaging/mode#EURange')).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
  });

  test('follows the store: tags come, go, and take their empty folders with them', async () => {
    const [handle] = gateway.store.define([tag('late/cell/level', { scalar: 'float64' })]);
    expect(await childrenOf(client.id('late/cell'))).toEqual(['late/cell/level']);
    gateway.store.remove(Uint32Array.of(handle));
    expect((await client.read('late/cell/level')).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
    expect(await childrenOf('i=85')).not.toContain('late');
    expect((await client.session.browse(client.id('late'))).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
  });

  test('shows a path that is a tag and a folder as one node', async () => {
    const handles = gateway.store.define([tag('dual', { scalar: 'bool' }), tag('dual/part', { scalar: 'bool' })]);
    expect((await childrenOf('i=85')).filter((id) => id === 'dual')).toHaveLength(1);
    expect(await childrenOf(client.id('dual'))).toEqual(['dual/part']);
    gateway.store.remove(handles);
  });
});

describe('attributes (§10.1)', () => {
  const attribute = async (path: string, id: AttributeIds): Promise<unknown> =>
    ((await client.read(path, id)).value as { value: unknown }).value;

  test('tell name, description, access and rank of a tag', async () => {
    expect(await attribute(speed.path, AttributeIds.DisplayName)).toMatchObject({ text: 'speed' });
    expect(await attribute(speed.path, AttributeIds.Description)).toMatchObject({ text: 'Speed of the filler' });
    expect(await attribute(speed.path, AttributeIds.AccessLevel)).toBe(3);
    expect(await attribute('packaging/mode', AttributeIds.UserAccessLevel)).toBe(1);
    expect(await attribute(speed.path, AttributeIds.ValueRank)).toBe(-1);
    expect(await attribute(speed.path, AttributeIds.MinimumSamplingInterval)).toBe(0);
    expect(await attribute('types/array/int16', AttributeIds.ArrayDimensions)).toEqual(Uint32Array.of(3));
  });

  test('tell unit and range of a tag', async () => {
    expect(await attribute(`${speed.path}#EngineeringUnits`, AttributeIds.Value)).toMatchObject({
      unitId: 4_408_652,
      displayName: { text: '°C' },
    });
    expect(await attribute(`${speed.path}#EURange`, AttributeIds.Value)).toMatchObject({ low: -10, high: 150 });
  });

  test('tell what the states of a tag are called, and its type says so (OPC 10000-8, 5.3.3)', async () => {
    const typeOf = async (path: string): Promise<unknown> => {
      const nodeId = client.id(path);
      const description = { nodeId, referenceTypeId: 'HasTypeDefinition', resultMask: 63 } as BrowseDescriptionOptions;
      return (await client.session.browse(description)).references?.map(({ browseName }) => browseName.name);
    };
    expect(await typeOf('pump/on')).toEqual(['TwoStateDiscreteType']);
    expect(await attribute('pump/on#TrueState', AttributeIds.Value)).toMatchObject({ text: 'running' });
    expect(await attribute('pump/on#FalseState', AttributeIds.Value)).toMatchObject({ text: 'false' });
    expect(await typeOf('pump/mode')).toEqual(['MultiStateDiscreteType']);
    const names = (await attribute('pump/mode#EnumStrings', AttributeIds.Value)) as { text: string }[];
    expect(names.map(({ text }) => text)).toEqual(['off', 'auto', 'hand']);
    expect(await attribute('pump/mode#EnumStrings', AttributeIds.ValueRank)).toBe(1);
  });

  test('that a node does not have are BadAttributeIdInvalid', async () => {
    expect((await client.read('packaging', AttributeIds.Value)).statusCode).toEqual(StatusCodes.BadAttributeIdInvalid);
    expect((await client.read(speed.path, AttributeIds.EventNotifier)).statusCode).toEqual(
      StatusCodes.BadAttributeIdInvalid,
    );
  });
});

describe('values (§10.1)', () => {
  const sourceAtMs = Date.UTC(2025, 0, 2, 3, 4, 5, 678);

  test.each(scalarTypes)('of type %s are read exactly, with status and times', async (scalar) => {
    const [value, onTheWire] = samples[scalar];
    const path = `types/scalar/${scalar}`;
    gateway.store.set(gateway.handle(path), value, sourceAtMs);
    const read = await client.read(path);
    expect(read.statusCode).toEqual(StatusCodes.Good);
    expect(read.value).toMatchObject({
      dataType: uaDataTypes[scalar],
      arrayType: VariantArrayType.Scalar,
      value: onTheWire,
    });
    expect(read.sourceTimestamp?.getTime()).toBe(sourceAtMs);
    expect(read.serverTimestamp?.getTime()).toBe(gateway.store.read(gateway.handle(path)).serverAtMs);
    expect((await client.read(path, AttributeIds.DataType)).value.value).toMatchObject({ value: uaDataTypes[scalar] });
  });

  test.each(scalarTypes)('that are arrays of %s are read exactly', async (scalar) => {
    const [value, onTheWire] = samples[scalar];
    const path = `types/array/${scalar}`;
    gateway.store.set(gateway.handle(path), [value, value, value] as TagValue);
    const { dataType, arrayType, value: elements } = (await client.read(path)).value;
    expect({ dataType, arrayType }).toEqual({ dataType: uaDataTypes[scalar], arrayType: VariantArrayType.Array });
    expect([...(elements as Iterable<unknown>)]).toEqual([onTheWire, onTheWire, onTheWire]);
  });

  test('of which a part is asked for come as that part', async () => {
    gateway.store.set(gateway.handle('types/array/int32'), [10, 20, 30]);
    const part = (indexRange: string): Promise<{ value: { value: unknown }; statusCode: unknown }> =>
      client.session.read({
        nodeId: client.id('types/array/int32'),
        attributeId: AttributeIds.Value,
        indexRange: indexRange as never,
      });
    expect((await part('1:2')).value.value).toEqual(Int32Array.of(20, 30));
    expect((await part('5')).statusCode).toEqual(StatusCodes.BadIndexRangeNoData);
  });

  test.each([statusCodes.BadDeviceFailure, statusCodes.BadNoCommunication, 0x808b_0c00])(
    'with status %i come with exactly that one, its time, and no value',
    async (status) => {
      const handle = gateway.handle(speed.path);
      gateway.store.set(handle, 12.5);
      gateway.store.fail(Uint32Array.of(handle), status, sourceAtMs);
      const read = await client.read(speed.path);
      expect([read.statusCode.value, read.sourceTimestamp?.getTime(), read.value.value]).toEqual([
        status,
        sourceAtMs,
        null,
      ]);
    },
  );

  test('with an uncertain status keep their value', async () => {
    const handle = gateway.handle(speed.path);
    gateway.store.set(handle, 12.5, sourceAtMs, statusCodes.UncertainLastUsableValue);
    const read = await client.read(speed.path);
    expect([read.statusCode.value, read.value.value]).toEqual([statusCodes.UncertainLastUsableValue, 12.5]);
  });

  test('have times of 100 ns', async () => {
    const at = Date.UTC(2025, 0, 2, 3, 4, 5, 678) + 0.25;
    gateway.store.set(gateway.handle('types/scalar/int16'), 5, at);
    const { sourceTimestamp, sourcePicoseconds } = await client.read('types/scalar/int16');
    expect([sourceTimestamp?.getTime(), sourcePicoseconds]).toEqual([Math.trunc(at), 250_000_000]);
  });

  test('before the first one are BadWaitingForInitialData', async () => {
    expect((await client.read('clock')).statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
  });

  test('keep their order when gateway and standard nodes are read together', async () => {
    gateway.store.set(gateway.handle('packaging/mode'), 'auto');
    const wanted = [client.id('packaging/mode'), 'i=2256', client.id('nothing'), 'i=2259', client.id('packaging/mode')];
    const read = await client.session.read(wanted.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })));
    expect(read[0].value.value).toBe('auto');
    expect(read[1].value.value).toMatchObject({ buildInfo: { productName: 'Fieldwarden', softwareVersion: '1.2.3' } });
    expect(read[2].statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
    expect(read[3].value.value).toBe(0);
    expect(read[4].value.value).toBe('auto');
  });

  test('come with the times that were asked for only', async () => {
    const nodesToRead = [{ nodeId: client.id('packaging/mode'), attributeId: AttributeIds.Value }];
    const times: boolean[][] = [];
    for (const timestampsToReturn of [
      TimestampsToReturn.Source,
      TimestampsToReturn.Server,
      TimestampsToReturn.Both,
      TimestampsToReturn.Neither,
    ]) {
      const [{ sourceTimestamp, serverTimestamp }] = await readWith(
        new ReadRequest({ nodesToRead, timestampsToReturn }),
      );
      times.push([sourceTimestamp !== null, serverTimestamp !== null]);
    }
    expect(times).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [false, false],
    ]);
  });

  /** `session.read` always asks for both times. */
  async function readWith(request: ReadRequest): Promise<DataValue[]> {
    const session = client.session as unknown as { performMessageTransaction(one: ReadRequest): Promise<ReadResponse> };
    return (await session.performMessageTransaction(request)).results ?? [];
  }
});

test('is healthy: ServiceLevel 255', async () => {
  const level = await client.session.read({ nodeId: 'i=2267', attributeId: AttributeIds.Value });
  expect(level.value.value).toBe(255);
});
