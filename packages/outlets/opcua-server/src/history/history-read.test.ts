import { GatewayError, statusCodes } from '@fieldwarden/core';
import { DeskBoard } from '@fieldwarden/service';
import {
  AccessLevelFlag,
  AggregateFunction,
  AttributeIds,
  coerceNodeId,
  DataType,
  type HistoryData,
  HistoryReadRequest,
  HistoryReadValueId,
  makeNodeId,
  ReadAtTimeDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  TimestampsToReturn,
  VariableIds,
  type HistoryReadResponse,
  type HistoryReadResult,
} from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryHistory } from '../testing/memory-history.js';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

let gateway: TestOutlet;
let client: TestClient;
let history: MemoryHistory;
const kept = new AsyncDisposableStack();

const t0 = Date.UTC(2030, 0, 1);

beforeAll(async () => {
  history = new MemoryHistory();
  const desks = new DeskBoard();
  kept.use(desks.offers.history(history));
  gateway = kept.use(
    await TestOutlet.start(
      [
        tag('line/speed', { scalar: 'float64' }),
        tag('line/total', { scalar: 'int64' }),
        tag('line/recipe', { scalar: 'uint16', arrayLength: 3 }),
        tag('line/fresh', { scalar: 'float64' }),
        tag('line/fleeting', { scalar: 'float64' }, { history: false }),
      ],
      { desks },
    ),
  );
  client = kept.use(await TestClient.connect(gateway));
  const seconds = Array.from({ length: 25_000 }, (_none, i) => ({ atMs: t0 + i * 1_000, value: i, status: 0 }));
  history.keep('line/speed', { scalar: 'float64' }, seconds);
  history.keep('line/total', { scalar: 'int64' }, [
    { atMs: t0, value: 2n ** 60n + 1n, status: 0 },
    { atMs: t0 + 0.1234, value: null, status: statusCodes.BadNoCommunication },
  ]);
  history.keep('line/recipe', { scalar: 'uint16', arrayLength: 3 }, [{ atMs: t0, value: [7, 8, 9], status: 0 }]);
});

afterAll(async () => await kept.disposeAsync());

beforeEach(() => {
  history.asked.length = 0;
  history.broken = undefined;
});

interface Asked {
  readonly continuationPoint?: Buffer;
  readonly release?: boolean;
  readonly indexRange?: string;
  readonly timestamps?: TimestampsToReturn;
}

async function read(paths: readonly string[], details: object, asked: Asked = {}): Promise<HistoryReadResult[]> {
  const { continuationPoint, release = false, indexRange, timestamps = TimestampsToReturn.Both } = asked;
  const nodesToRead = paths.map(
    (path) =>
      new HistoryReadValueId({
        nodeId: path.startsWith('i=') ? coerceNodeId(path) : client.id(path),
        continuationPoint,
        ...(indexRange !== undefined && { indexRange: indexRange as never }),
      }),
  );
  const request = new HistoryReadRequest({
    historyReadDetails: details as never,
    nodesToRead,
    releaseContinuationPoints: release,
    timestampsToReturn: timestamps,
  });
  const session = client.session as unknown as { performMessageTransaction(request: object): Promise<object> };
  const response = (await session.performMessageTransaction(request)) as HistoryReadResponse;
  return response.results!;
}

const at = (seconds: number): Date => new Date(t0 + seconds * 1_000);

const values = ({ historyData }: HistoryReadResult) =>
  ((historyData as HistoryData).dataValues ?? []).map(({ value }) => value?.value as unknown);

const raw = (options: object) => new ReadRawModifiedDetails({ isReadModified: false, ...options });

describe('HistoryRead of raw values (§8.4, 10000-11)', () => {
  test('has them oldest first, and newest first where the start is after the end', async () => {
    const [forth] = await read(['line/speed'], raw({ startTime: at(1), endTime: at(4) }));
    expect(forth.statusCode.name).toBe('Good');
    expect(values(forth)).toEqual([1, 2, 3]);
    const [back] = await read(['line/speed'], raw({ startTime: at(4), endTime: at(1) }));
    expect(values(back)).toEqual([4, 3, 2]);
    expect((forth.historyData as HistoryData).dataValues![0]).toMatchObject({
      sourceTimestamp: at(1),
      serverTimestamp: at(1),
    });
  });

  test('goes on by continuation points, 10,000 values at a time, and has each value once', async () => {
    const details = raw({ startTime: at(0), endTime: at(30_000), numValuesPerNode: 0 });
    const seen: unknown[] = [];
    let continuationPoint: Buffer | undefined;
    const pages: number[] = [];
    do {
      const [page] = await read(['line/speed'], details, { ...(continuationPoint && { continuationPoint }) });
      pages.push(values(page).length);
      seen.push(...values(page));
      continuationPoint = page.continuationPoint?.length ? page.continuationPoint : undefined;
    } while (continuationPoint);
    expect(pages).toEqual([10_000, 10_000, 5_000]);
    expect(seen).toEqual(Array.from({ length: 25_000 }, (_none, i) => i));
  });

  test('with a number and one time is complete with these, from the start on or back from the end', async () => {
    const [forth] = await read(['line/speed'], raw({ startTime: at(5), numValuesPerNode: 3 }));
    expect([values(forth), forth.continuationPoint?.length ?? 0]).toEqual([[5, 6, 7], 0]);
    const [back] = await read(['line/speed'], raw({ endTime: at(5), numValuesPerNode: 3 }));
    expect(values(back)).toEqual([5, 4, 3]);
  });

  test('with a number and both times has a continuation point where there is more', async () => {
    const [page] = await read(['line/speed'], raw({ startTime: at(0), endTime: at(10), numValuesPerNode: 4 }));
    expect(values(page)).toHaveLength(4);
    expect(page.continuationPoint).toHaveLength(16);
  });

  test('shares one bound among all nodes of a request: what finds no room goes on later', async () => {
    const details = raw({ startTime: at(0), endTime: at(30_000) });
    const both = await read(['line/speed', 'line/speed'], details);
    expect(both.map((each) => values(each).length)).toEqual([10_000, 1]);
    expect(both.every(({ continuationPoint }) => continuationPoint.length === 16)).toBe(true);
  });

  test('a continuation point is of its own request, once, and can be released', async () => {
    const details = raw({ startTime: at(0), endTime: at(10), numValuesPerNode: 4 });
    const status = async (asked: Asked, of: object = details) =>
      (await read(['line/speed'], of, asked))[0].statusCode.name;
    const point = async (): Promise<Buffer> => (await read(['line/speed'], details))[0].continuationPoint;
    const first = await point();
    expect(await status({ continuationPoint: first })).toBe('Good');
    expect(await status({ continuationPoint: first })).toBe('BadContinuationPointInvalid');
    const other = raw({ startTime: at(1), endTime: at(10), numValuesPerNode: 4 });
    expect(await status({ continuationPoint: await point() }, other)).toBe('BadContinuationPointInvalid');
    const released = await point();
    expect(await status({ continuationPoint: released, release: true })).toBe('Good');
    expect(await status({ continuationPoint: released })).toBe('BadContinuationPointInvalid');
    expect(await status({ continuationPoint: Buffer.from('x') })).toBe('BadContinuationPointInvalid');
  });

  test('is exact: 64-bit integers, statuses, parts of arrays', async () => {
    const [total] = await read(['line/total'], raw({ startTime: at(0), endTime: at(1) }));
    const [good, bad] = (total.historyData as HistoryData).dataValues!;
    expect(good.value).toMatchObject({ dataType: DataType.Int64, value: [0x10000000, 1] });
    expect(bad.statusCode.name).toBe('BadNoCommunication');
    // 0.123 ms: what a float64 has left of 0.1234 ms beside 60 years
    expect(bad.sourcePicoseconds / 1e6).toBeCloseTo(123.4, 0);
    const [recipe] = await read(['line/recipe'], raw({ startTime: at(0), endTime: at(1) }), { indexRange: '1:2' });
    expect(values(recipe).map((each) => [...(each as Uint16Array)])).toEqual([[8, 9]]);
  });

  test.each([
    ['less than two of start, end and number', raw({ startTime: at(1) }), {}, 'BadHistoryOperationInvalid'],
    [
      'modified values',
      raw({ startTime: at(1), endTime: at(2), isReadModified: true }),
      {},
      'BadHistoryOperationUnsupported',
    ],
    [
      'no times at all',
      raw({ startTime: at(1), endTime: at(2) }),
      { timestamps: TimestampsToReturn.Neither },
      'BadTimestampsToReturnInvalid',
    ],
  ] as const)('refuses %s', async (_what, details, asked, status) => {
    const [{ statusCode }] = await read(['line/speed'], details, asked);
    expect(statusCode.name).toBe(status);
  });

  test('costs a wrong node only itself, and a fresh tag has no data', async () => {
    const results = await read(
      ['line/none', 'line', 'i=2258', 'line/fresh', 'line/speed'],
      raw({ startTime: at(0), endTime: at(2) }),
    );
    expect(results.map(({ statusCode }) => statusCode.name)).toEqual([
      'BadNodeIdUnknown', 'BadHistoryOperationUnsupported', 'BadHistoryOperationUnsupported', 'GoodNoData', 'Good',
    ]); // prettier-ignore
  });

  test.each([
    [{ code: 'HISTORY_NONE', kind: 'unsupported' }, 'BadHistoryOperationUnsupported'],
    [{ code: 'HISTORY_BUSY', kind: 'overloaded' }, 'BadTooManyOperations'],
    [{ code: 'HISTORY_DISK', kind: 'unreachable' }, 'BadResourceUnavailable'],
  ] as const)('says why nothing comes: %j', async (error, status) => {
    history.broken = new GatewayError({ ...error, message: 'no' });
    const [{ statusCode }] = await read(['line/speed'], raw({ startTime: at(0), endTime: at(2) }));
    expect(statusCode.name).toBe(status);
  });
});

describe('what a node says of its history', () => {
  const attributes = async (path: string): Promise<readonly unknown[]> => {
    const ids = [AttributeIds.AccessLevel, AttributeIds.UserAccessLevel, AttributeIds.Historizing];
    return await Promise.all(ids.map(async (id) => (await client.read(path, id)).value.value as unknown));
  };
  const readable = AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead;

  test('is that it is kept and may be read, but for a tag that keeps none', async () => {
    expect(await attributes('line/speed')).toEqual([readable, readable, true]);
    expect(await attributes('line/fleeting')).toEqual([
      AccessLevelFlag.CurrentRead,
      AccessLevelFlag.CurrentRead,
      false,
    ]);
  });

  test('goes with what the server says it can do', async () => {
    const capability = async (id: number): Promise<unknown> =>
      (await client.session.read({ nodeId: makeNodeId(id), attributeId: AttributeIds.Value })).value.value as unknown;
    expect(await capability(VariableIds.HistoryServerCapabilities_AccessHistoryDataCapability)).toBe(true);
    expect(await capability(VariableIds.HistoryServerCapabilities_MaxReturnDataValues)).toBe(10_000);
    expect(await capability(VariableIds.HistoryServerCapabilities_InsertDataCapability)).toBe(false);
  });
});

describe('HistoryRead at times, and of aggregates', () => {
  test('has one value for each time, in their order', async () => {
    const details = new ReadAtTimeDetails({ reqTimes: [at(9), at(2.5)], useSimpleBounds: true });
    const [result] = await read(['line/speed'], details);
    expect(values(result)).toEqual([9, 2]);
    expect(history.asked).toMatchObject([
      { path: 'line/speed', timesMs: [t0 + 9_000, t0 + 2_500], simpleBounds: true },
    ]);
  });

  test('asks for the aggregate of each node, with the interval and the configuration of the client', async () => {
    const details = new ReadProcessedDetails({
      startTime: at(10),
      endTime: at(0),
      processingInterval: 5_000,
      aggregateType: [AggregateFunction.TimeAverage, AggregateFunction.StandardDeviationSample].map((id) =>
        coerceNodeId(id),
      ),
      aggregateConfiguration: {
        useServerCapabilitiesDefaults: false,
        treatUncertainAsBad: true,
        percentDataGood: 90,
        percentDataBad: 50,
        useSlopedExtrapolation: true,
      },
    });
    const results = await read(['line/speed', 'line/total'], details);
    expect(results.map(({ statusCode }) => statusCode.name)).toEqual(['Good', 'Good']);
    const configuration = {
      treatUncertainAsBad: true,
      percentDataGood: 90,
      percentDataBad: 50,
      useSlopedExtrapolation: true,
    };
    const common = { fromMs: t0 + 10_000, toMs: t0, intervalMs: 5_000, configuration };
    expect(history.asked).toMatchObject([
      { ...common, path: 'line/speed', aggregate: 'time-average' },
      { ...common, path: 'line/total', aggregate: 'standard-deviation' },
    ]);
  });

  test.each([
    ['another number of aggregates than nodes', { aggregateType: [] }, 'BadAggregateListMismatch'],
    ['an aggregate that is none', { aggregateType: [coerceNodeId(85)] }, 'BadAggregateNotSupported'],
    ['an empty range', { endTime: at(0) }, 'BadInvalidArgument'],
    ['a negative interval', { processingInterval: -1 }, 'BadInvalidArgument'],
    [
      'percentages that contradict each other',
      { aggregateConfiguration: { percentDataGood: 10, percentDataBad: 80 } },
      'BadAggregateInvalidInputs',
    ],
  ])('refuses %s', async (_what, change, status) => {
    const details = new ReadProcessedDetails({
      startTime: at(0),
      endTime: at(10),
      processingInterval: 1_000,
      aggregateType: [coerceNodeId(AggregateFunction.Average)],
      ...change,
    });
    const [{ statusCode }] = await read(['line/speed'], details);
    expect(statusCode.name).toBe(status);
  });
});
