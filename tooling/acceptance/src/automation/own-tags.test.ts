import type { ExpressionCheck, InternalTagList, TagPage, ValidationAnswer } from '@fieldwarden/admin-contract';
import { statusCodes } from '@fieldwarden/core';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { AttributeIds, DataType, StatusCodes, type DataValue } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpcuaReader } from '../opcua-reader.js';
import { GatewayProcess } from '../processes/gateway-process.js';

const open = { enabled: true, anonymous: true, securityPolicies: ['None', 'Basic256Sha256'] };
/** 64 bits that no JSON number has. */
const large = '9007199254740993';

const document = (broker: TestBroker, more: object = {}) => ({
  version: 1,
  site: 'line',
  opcua: open,
  mqtt: { url: broker.url, commands: true },
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      options: {},
      devices: [
        {
          id: 'plc',
          tags: [
            {
              path: 'line/speed',
              address: 'memory?initial=12',
              dataType: 'float64',
              scanMs: 100,
              access: 'read-write',
            },
            { path: 'line/broken', address: 'bad', dataType: 'bool', scanMs: 100 },
          ],
        },
      ],
    },
  ],
  internalTags: [
    {
      path: 'batch/count',
      dataType: 'int32',
      initial: 3,
      limits: { min: 0, max: 1000 },
      unit: 'pcs',
      description: 'Pieces',
    },
    { path: 'batch/total', dataType: 'int64', initial: large },
    { path: 'batch/name', dataType: 'string' },
    { path: 'batch/scratch', dataType: 'float32', initial: 0.5, persist: false },
    { path: 'batch/weights', dataType: 'float32[3]', initial: [1, 2, 3] },
    { path: 'batch/state', dataType: 'bool', initial: false, scope: 'flow' },
  ],
  calculatedTags: [
    // Before what it depends on.
    { path: 'line/double-rate', dataType: 'float64', expression: '{./rate} * 2' },
    {
      path: 'line/rate',
      dataType: 'float64',
      expression: '{line/speed} * 60',
      unit: '1/h',
      range: { low: 0, high: 6000 },
    },
    { path: 'line/runs', dataType: 'bool', expression: '{line/speed} > 10 || {line/broken}' },
    { path: 'line/needs-broken', dataType: 'bool', expression: '{line/broken} && {line/speed} > 0' },
    { path: 'batch/percent', dataType: 'int32', expression: '{./count} / 10' },
    { path: 'line/average', dataType: 'float64', expression: 'average({line/speed}, 60s)' },
    { path: 'line/before', dataType: 'float64', expression: 'previous({line/speed})' },
  ],
  ...more,
});

let broker: TestBroker;
let gateway: GatewayProcess;

beforeAll(async () => {
  broker = await TestBroker.start();
  gateway = await GatewayProcess.start(document(broker));
}, 120_000);

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

async function turns(path: string, value: unknown): Promise<void> {
  const what = `${path} to be ${String(value)}`;
  await waitFor(async () => (await gateway.tag(path)).value === value, { what, timeoutMs: 20_000 });
}

const seen = (path: string): Record<string, unknown> | undefined => broker.json(`fieldwarden/line/tags/${path}`).at(-1);

/** Names it in the plant as a new generation. */
async function publish(plant: object): Promise<void> {
  const { status, body } = await gateway.ask('POST', '/config/publish', { message: 'test', document: plant });
  expect([status, body]).toEqual([200, expect.anything()]);
}

describe('internal and calculated tags (§17.1, §17.2)', { timeout: 120_000 }, () => {
  it('are tags of the plant: listed, counted, with unit and description', async () => {
    const { tags } = await gateway.get<TagPage>('/tags?prefix=batch/');
    expect(tags.map(({ path, value, status, serviceId }) => [path, value, status, serviceId])).toEqual([
      ['batch/count', 3, 'Good', 'internal-tags'],
      ['batch/name', null, 'BadWaitingForInitialData', 'internal-tags'],
      ['batch/percent', 0, 'Good', 'calculated-tags'],
      ['batch/scratch', 0.5, 'Good', 'internal-tags'],
      ['batch/state', false, 'Good', 'internal-tags'],
      ['batch/total', large, 'Good', 'internal-tags'],
      ['batch/weights', [1, 2, 3], 'Good', 'internal-tags'],
    ]);
    expect(await gateway.tag('batch/count')).toMatchObject({ driverId: null, unit: 'pcs', description: 'Pieces' });
    expect(await gateway.tag('line/rate')).toMatchObject({ access: 'read-only', address: '{line/speed} * 60' });
    expect((await gateway.status()).tags.total).toBe(15);
  });

  it('are written by REST, OPC UA and MQTT, and what depends on them follows', async () => {
    expect(await gateway.write('batch/count', 55)).toMatchObject({ outcome: 'done', confirmedBy: 'gateway' });
    await turns('batch/percent', 6);
    await using client = await OpcuaReader.connect(gateway, 'line');
    expect(await client.write('batch/count', { dataType: DataType.Int32, value: 70 })).toBe(StatusCodes.Good);
    await turns('batch/percent', 7);
    await broker.publish('fieldwarden/line/set/batch/count', JSON.stringify({ v: 90, id: 'one' }));
    await turns('batch/percent', 9);
    const answers = (): readonly unknown[] =>
      broker.json('fieldwarden/line/set-result/batch/count').map(({ id, outcome }) => [id, outcome]);
    await waitFor(() => answers().length > 0, { what: 'the result of the command' });
    expect(answers()).toEqual([['one', 'done']]);
    expect(await gateway.write('batch/name', 'A 17')).toMatchObject({ outcome: 'done' });
    expect(await gateway.write('batch/scratch', 4)).toMatchObject({ outcome: 'done' });
    expect(await gateway.write('batch/count', 5_000)).toMatchObject({
      code: 'VALUE_OUT_OF_LIMITS',
      outcome: 'not-sent',
    });
    expect(await gateway.write('line/rate', 1)).toMatchObject({ code: 'TAG_READ_ONLY', outcome: 'not-sent' });
    const { rows } = await gateway.get<{ rows: readonly Record<string, unknown>[] }>(
      '/audit?path=batch/count&limit=100',
    );
    expect(
      rows
        .filter(({ outcome }) => outcome === 'done')
        .map(({ via, before, after }) => [via, before, after])
        .sort(),
    ).toEqual([
      ['mqtt', 70, 90],
      ['opcua', 55, 70],
      ['socket', 3, 55],
    ]);
  });

  it('are calculated in the order of dependency, with the quality and time of what they read', async () => {
    await turns('line/rate', 720);
    await turns('line/double-rate', 1440);
    expect(await gateway.tag('line/runs')).toMatchObject({ value: true, status: 'Good' });
    expect(await gateway.tag('line/needs-broken')).toMatchObject({
      status: 'BadDeviceFailure',
      reason: 'A tag that it is made of is BadDeviceFailure.',
    });
    expect(await gateway.tag('batch/name')).toMatchObject({ value: 'A 17', reason: null });
    await gateway.write('line/speed', 20);
    await turns('line/double-rate', 2400);
    await turns('line/before', 12);
    const [speed, rate] = [await gateway.tag('line/speed'), await gateway.tag('line/rate')];
    expect(Date.parse(rate.sourceAt!)).toBeLessThanOrEqual(Date.parse(speed.sourceAt!));
  });

  it('are at OPC UA clients and on MQTT like any tag; those of a flow are not published', async () => {
    await using client = await OpcuaReader.connect(gateway, 'line');
    const rate: DataValue = await client.read('line/rate');
    expect([rate.statusCode, rate.value.value, rate.value.dataType]).toEqual([StatusCodes.Good, 1200, DataType.Double]);
    expect((await client.read('line/needs-broken')).statusCode.name).toBe('BadDeviceFailure');
    expect((await client.read('batch/weights', AttributeIds.ValueRank)).value.value).toBe(1);
    await waitFor(() => seen('line/rate')?.v === 1200, { what: 'the rate on MQTT' });
    await waitFor(() => seen('batch/total')?.v === large, { what: 'the total on MQTT' });
    expect(seen('line/needs-broken')).toMatchObject({ q: statusCodes.BadDeviceFailure });
    expect(seen('batch/state')).toBeUndefined();
  });

  it('GET /internal-tags says what is on disk; POST /expressions/check what an expression comes to (§17.3)', async () => {
    const { tags } = await gateway.get<InternalTagList>('/internal-tags');
    const persisted = tags.filter(({ persistedAt }) => persistedAt !== null).map(({ path, value }) => [path, value]);
    expect(persisted).toEqual([
      ['batch/count', 90],
      ['batch/name', 'A 17'],
    ]);
    const check = async (expression: string, path?: string) =>
      (await gateway.ask<ExpressionCheck>('POST', '/expressions/check', { expression, path })).body;
    expect(await check('{batch/count} + 1')).toMatchObject({
      ok: true, dataType: 'int64', dependencies: ['batch/count'], value: 91, status: 'Good', findings: [],
    }); // prettier-ignore
    expect(await check('{./count} > 5', 'batch/x')).toMatchObject({ ok: true, dataType: 'bool', value: true });
    expect(await check('{batch/cuont} + 1')).toMatchObject({
      ok: false, value: null, status: null, findings: [{ rule: 'expression-tag-unknown', column: 1, severity: 'error' }],
    }); // prettier-ignore
  });

  it('a publish names cycles, unknown tags and clashes with their columns, and refuses them', async () => {
    const bad = document(broker, {
      calculatedTags: [
        { path: 'a/one', dataType: 'int32', expression: '{a/two} + 1' },
        { path: 'a/two', dataType: 'int32', expression: '{a/three} + 1' },
        { path: 'a/three', dataType: 'int32', expression: '{a/one} + 1' },
        { path: 'a/four', dataType: 'bool', expression: '1 + {line/sped}' },
        { path: 'a/five', dataType: 'string', expression: '{line/speed} + 1' },
        { path: 'line/speed', dataType: 'int32', expression: '{batch/count}' },
      ],
    });
    const { status, body } = await gateway.ask<ValidationAnswer>('POST', '/config/validate', { document: bad });
    expect(status).toBe(200);
    const errors = body.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ path, rule }) => [path, rule]).sort()).toEqual([
      ['calculatedTags[0].expression', 'calculated-cycle'],
      ['calculatedTags[3].expression', 'expression-tag-unknown'],
      ['calculatedTags[4].dataType', 'calculated-type'],
      ['calculatedTags[5].path', 'tag-path-unique'],
    ]);
    const messages = errors.map(({ message }) => message).join('\n');
    expect(messages).toContain('a/one → a/two → a/three → a/one');
    expect(messages).toContain('column 5: no tag has the path line/sped; did you mean {line/speed}?');
  });

  it('a publish while it runs keeps what stays, and changes what is named', async () => {
    const before = await gateway.tag('line/average');
    expect(before.status).toBe('Good');
    const plant = document(broker);
    await publish({
      ...plant,
      internalTags: [
        ...plant.internalTags.filter(({ path }) => !['batch/scratch', 'batch/name'].includes(path)),
        { path: 'batch/name', dataType: 'int32', initial: 17 },
        { path: 'batch/new', dataType: 'int32', initial: 5 },
      ],
      calculatedTags: [
        ...plant.calculatedTags,
        { path: 'batch/of-new', dataType: 'int32', expression: '{./new} + {./name}' },
      ],
    });
    await turns('batch/of-new', 22);
    expect((await gateway.ask('GET', '/tags/value?path=batch/scratch')).status).toBe(404);
    expect(await gateway.tag('batch/count')).toMatchObject({ value: 90, status: 'Good' });
    expect(await gateway.tag('line/before')).toMatchObject({ value: 12, status: 'Good' });
    const [sim] = plant.drivers;
    const [plc] = sim.devices;
    const moved = { path: 'batch/new', address: 'memory?initial=6', dataType: 'int32', scanMs: 100 };
    await publish({ ...plant, drivers: [{ ...sim, devices: [{ ...plc, tags: [...plc.tags, moved] }] }] });
    await turns('batch/new', 6);
    await publish({
      ...plant,
      internalTags: [...plant.internalTags, { path: 'batch/new', dataType: 'int32', initial: 5 }],
    });
    await turns('batch/new', 5);
    await publish(plant);
    await waitFor(async () => (await gateway.tag('batch/name')).status === 'BadWaitingForInitialData', {
      what: 'the other type',
    });
  });

  it('over kill -9 nothing that was acknowledged is lost, and its time is the old one', async () => {
    expect(await gateway.write('batch/name', 'B 18')).toMatchObject({ outcome: 'done' });
    expect(await gateway.write('batch/total', '9007199254740995')).toMatchObject({ outcome: 'done' });
    expect(await gateway.write('batch/count', 91)).toMatchObject({ outcome: 'done' });
    const written = await gateway.tag('batch/count');
    const { home } = gateway;
    await gateway.kill();
    gateway = await GatewayProcess.launch({ home });
    await gateway.driverTurns('sim', 'Healthy');
    expect(await gateway.tag('batch/count')).toMatchObject({ value: 91, status: 'Good', sourceAt: written.sourceAt });
    expect(await gateway.tag('batch/total')).toMatchObject({ value: '9007199254740995', status: 'Good' });
    expect(await gateway.tag('batch/name')).toMatchObject({ value: 'B 18', status: 'Good' });
    expect(await gateway.tag('batch/scratch')).toMatchObject({ value: 0.5, status: 'Good' });
    await turns('batch/percent', 9);
  });

  it('after a stop and a start without its device, a tag shows its last value, uncertain and of its old time', async () => {
    await turns('line/rate', 720);
    const before = await gateway.tag('line/rate');
    const { home } = gateway;
    expect(await gateway.stop()).toBe(0);
    const plant = document(broker);
    const options = { latencyMs: 600_000 };
    const resilience = { read: { timeoutMs: 8_000, retries: 0 } };
    const silent = { ...plant, drivers: plant.drivers.map((driver) => ({ ...driver, options, resilience })) };
    gateway = await GatewayProcess.launch({ home, plant: silent });
    const speed = await gateway.tag('line/speed');
    expect(speed).toMatchObject({ value: 12, status: 'UncertainLastUsableValue' });
    expect(Date.parse(speed.sourceAt!)).toBeLessThanOrEqual(Date.now() - 100);
    expect(await gateway.tag('line/rate')).toMatchObject({ value: before.value, status: 'UncertainLastUsableValue' });
    await gateway.tagTurns('line/speed', 'BadTimeout');
    await waitFor(async () => (await gateway.tag('line/rate')).status.startsWith('Bad'), {
      what: 'the rate to be Bad',
    });
    expect(await gateway.tag('batch/count')).toMatchObject({ value: 91, status: 'Good' });
  });
});
