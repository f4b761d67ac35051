import type { DriverDetail } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { AttributeIds, StatusCodes } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingPlcs } from '../counting-plcs.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { configurationEvents, GenerationRequests } from './generation-requests.js';
import { OpcuaReader } from '../opcua-reader.js';
import { missedScanMs, pressReads, tag, threeLines, Untouched } from '../three-lines.js';

describe('publishing to a running gateway (§7.2, §7.5)', () => {
  let plcs: CountingPlcs;
  let gateway: GatewayProcess;
  let config: GenerationRequests;

  beforeAll(async () => {
    plcs = await CountingPlcs.start(3);
    gateway = await GatewayProcess.launch({ plant: threeLines(plcs) });
    config = new GenerationRequests(gateway);
    await pressReads(gateway, 2005);
  });

  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await plcs?.[Symbol.asyncDispose]();
  });

  it('a session: validate, diff, publish, break it, roll back; who is not concerned notices nothing', async () => {
    const changed = threeLines(plcs, { address: 'HR20' });
    const untouched = await Untouched.since(gateway, plcs);
    const [, , { connections }] = await plcs.counts();
    expect(await config.validate(changed)).toMatchObject({ valid: true, findings: [{ rule: 'opcua-open' }] });
    expect(await config.diff(changed)).toMatchObject({
      from: 1,
      changes: [
        { kind: 'changed', path: expect.stringContaining('tags[press/force].address'), before: 'HR10', after: 'HR20' },
      ],
      steps: [{ driverId: 'press', action: 'tags', device: 'plc', reconnect: false }],
    });
    expect(await config.publish(changed, 'another register')).toMatchObject({
      status: 200,
      body: { generation: 2, published: true, failures: [], steps: [{ driverId: 'press', action: 'tags' }] },
    });
    await pressReads(gateway, 2010);
    expect((await plcs.counts())[2].connections).toBe(connections);
    expect((await config.publish(changed)).body).toMatchObject({ generation: 2, published: false, steps: [] });

    const broken = threeLines(plcs, { address: 'nonsense', tags: [tag('Press/State'), tag('press/more', 'HR99999')] });
    const refused = await config.publish(broken);
    expect(refused).toMatchObject({ status: 422, body: { code: 'DOCUMENT_REFUSED' } });
    expect(refused.body.findings?.filter(({ severity }) => severity === 'error').length).toBeGreaterThanOrEqual(3);
    expect((await config.validate(broken)).findings).toEqual(refused.body.findings);
    await config.runs(2);
    await pressReads(gateway, 2010);

    expect(await config.rolledBack(1)).toBe(3);
    await pressReads(gateway, 2005);
    const { now, before } = await untouched.identities();
    expect(now).toEqual(before);
    expect(await untouched.longestPauseMs()).toBeLessThan(missedScanMs);
  });

  it('keeps what was published, by whom, and what was refused', async () => {
    const [third, second, first] = await config.list();
    expect(third).toMatchObject({ generation: 3, rollbackOf: 1, sha256: first.sha256, tags: 4, drivers: 3 });
    expect(second).toMatchObject({ generation: 2, rollbackOf: null, message: 'another register' });
    expect(first).toMatchObject({ generation: 1, author: 'plant file' });
    const rows = await config.audit();
    expect(rows.map(({ action, generation }) => [action, generation])).toEqual([
      ['rollback', 3],
      ['refused', null],
      ['publish', 2],
      ['publish', 1],
    ]);
    for (const { author, correlationId } of rows) expect([author, correlationId]).not.toContain('');
    const metrics = (await gateway.health('/metrics')).text;
    expect(metrics).toMatch(/^fieldwarden_config_publish_total\{result="ok"\} 2$/m);
    expect(metrics).toMatch(/^fieldwarden_config_publish_total\{result="refused"\} 1$/m);
    expect(await config.metric('config_generation')).toBe(3);
    const events = await configurationEvents(gateway);
    expect(events.filter(({ type }) => type === 'config').map(({ message }) => message)).toMatchObject([
      expect.stringContaining('generation 2'),
      expect.stringContaining('refused'),
      expect.stringContaining('generation 3'),
    ]);
  });

  it('an OPC UA client that subscribes and browses sees nodes come and go, and keeps the others', async () => {
    await using reader = await OpcuaReader.connect(gateway, 'lines');
    const browse = async (): Promise<readonly string[]> => {
      const { references } = await reader.session.browse(reader.nodeId('press'));
      return (references ?? []).map(({ browseName }) => browseName.name ?? '').sort();
    };
    await config.published(threeLines(plcs, { tags: [tag('press/guest', 'HR6')] }));
    await waitFor(async () => (await gateway.tag('press/guest')).status === 'Good', { what: 'the guest' });
    const untouched = await Untouched.since(gateway, plcs);
    const latest = await reader.watch(['mixer/speed', 'oven/heat', 'press/force', 'press/guest']);
    const valueOf = (path: string): unknown => latest.get(path)?.value.value;
    await waitFor(() => latest.size === 4, { what: 'first values' });
    expect([...latest.values()].map(({ statusCode }) => statusCode)).toEqual(Array(4).fill(StatusCodes.Good));
    expect(await browse()).toEqual(['force', 'guest', 'state']);

    await config.published(threeLines(plcs, { address: 'HR20', tags: [tag('press/new', 'HR8')] }));
    await waitFor(() => valueOf('press/force') === 2010, { what: 'the new value in the old subscription' });
    await waitFor(() => latest.get('press/guest')?.statusCode === StatusCodes.BadNodeIdUnknown, {
      what: 'the end of the guest',
    });
    expect((await reader.read('press/guest')).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    expect((await reader.read('press/guest', AttributeIds.BrowseName)).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    expect(await browse()).toEqual(['force', 'new', 'state']);
    await waitFor(async () => (await reader.read('press/new')).value.value === 2004, { what: 'the new node' });

    for (const address of ['HR10', 'HR20', 'HR10', 'HR20', 'HR10']) {
      const [seen] = await Promise.all([browse(), config.published(threeLines(plcs, { address }))]);
      expect(seen).toEqual(expect.arrayContaining(['force', 'state']));
    }
    await waitFor(() => valueOf('press/force') === 2005, { what: 'the last address in the old subscription' });
    expect(await browse()).toEqual(['force', 'state']);
    expect([valueOf('mixer/speed'), valueOf('oven/heat')]).toEqual([0, 1000]);
    const { now, before } = await untouched.identities();
    expect(now).toEqual(before);
    expect(await untouched.longestPauseMs()).toBeLessThan(missedScanMs);
  });

  it('drivers come, go, stop and move; the next start without a plant file runs what was published last', async () => {
    const document = threeLines(plcs) as { readonly drivers: readonly object[] };
    const [mixer, oven, press] = document.drivers;
    const untouched = await Untouched.since(gateway, plcs);
    await config.published({ ...document, drivers: [mixer, oven] });
    expect((await gateway.drivers()).map(({ id }) => id)).toEqual(['mixer', 'oven']);
    expect(await gateway.ask('GET', '/tags/value?path=press/force')).toMatchObject({ status: 404 });
    await config.published({ ...document, drivers: [{ ...press, enabled: false }, mixer, oven] });
    expect(await gateway.driver('press')).toMatchObject({ enabled: false, state: 'Stopped' });
    await config.published({ ...document, drivers: [{ ...press, isolation: 'host' }, mixer, oven] });
    await pressReads(gateway, 2005);
    expect((await gateway.driver('press')).pid).not.toBeNull();
    const last = await config.published({ ...document, drivers: [{ ...press, isolation: 'in-process' }, mixer, oven] });
    await waitFor(async () => (await gateway.get<DriverDetail>('/drivers/press')).pid === null, {
      what: 'the move back',
    });
    await pressReads(gateway, 2005);
    const { now, before } = await untouched.identities();
    expect(now).toEqual(before);
    expect(await untouched.longestPauseMs()).toBeLessThan(missedScanMs);

    expect(await gateway.stop()).toBe(0);
    await using next = await GatewayProcess.launch({ home: gateway.home });
    expect(await next.status()).toMatchObject({
      generation: last,
      site: 'lines',
      authority: 'embedded',
      usingStaleConfig: false,
    });
    expect((await next.drivers()).map(({ id }) => id)).toEqual(['press', 'mixer', 'oven']);
    await pressReads(next, 2005);
  });
});
