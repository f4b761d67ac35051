import { call, ReceivedEvents, TestBrowser } from '@fieldwarden/admin-api/testing';
import type { About, CsvImportAnswer, DriverCurves, TagHistory, TagValuesEvent } from '@fieldwarden/admin-contract';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../gateway-options.js';
import { runGateway } from '../run-gateway.js';

const plant = `version: 1
site: lab
drivers:
  - id: sim
    type: simulator
    devices:
      - id: d1
        tags: [{ path: line/sine, address: "sine?periodMs=2000&amplitude=10", dataType: float64, scanMs: 50 }]
  - id: plc
    type: modbus
    enabled: false
    options: { host: 127.0.0.1, port: 502 }
    devices:
      - { id: filler, options: { unitId: 1 }, tags: [{ path: line/speed, address: 400001, dataType: float32 }] }
opcua: { enabled: false }
`;

describe('a browser before a running gateway (§13)', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let gateway: RunningGateway;

  beforeAll(async () => {
    home = await temporaryDirectory();
    await writeFile(join(home.path, 'plant.yaml'), plant);
    gateway = await start();
  });

  afterAll(async () => {
    await gateway.stop();
    await home[Symbol.asyncDispose]();
  });

  const start = async (): Promise<RunningGateway> =>
    await runGateway({
      plantFile: join(home.path, 'plant.yaml'),
      home: join(home.path, 'home'),
      bind: '127.0.0.1',
      console: false,
      servicePorts: { 'opcua-port': 0 },
      healthPort: 0,
      adminPort: 0,
    });

  it('signs in with the set-up token, sees values live, their past, curves and all about the gateway; a restart signs it out of nothing', async () => {
    const browser = new TestBrowser(gateway.runFile.adminPort);
    expect((await browser.signIn(gateway.setupToken!)).status).toBe(200);

    const stream = new ReceivedEvents(await browser.open('/events?stream=page'));
    await browser.call('/events/streams/page/tags', { method: 'PUT', body: { paths: ['line/sine'] } });
    const values = () =>
      stream.events.flatMap(({ event, data }) => (event === 'tag' ? (data as TagValuesEvent).values : []));
    await waitFor(() => values().filter(({ status }) => status === 'Good').length > 2, { what: 'values that change' });
    expect(stream.events[0]).toMatchObject({ event: 'hello', data: { gap: null } });
    stream.message.destroy();

    const history = (await browser.call('/tags/history?path=line/sine')).json as TagHistory;
    expect(history).toMatchObject({ source: 'memory', keptFrom: expect.any(String) as string });
    expect(history.points.at(-1)).toMatchObject({ status: 'Good', value: expect.any(Number) as number });

    const curves = (await browser.call('/drivers/sim/curves')).json as DriverCurves;
    expect([curves.intervalMs, curves.state.length]).toEqual([5_000, curves.at.length]);

    const about = (await browser.call('/about')).json as About;
    const { adminPort, healthPort } = gateway.runFile;
    expect(about.ports).toEqual({ opcua: null, health: healthPort, admin: adminPort });
    expect(about.driverTypes).toContainEqual({ type: 's7', version: expect.any(String) as string, tier: 'C' });
    expect(about.licences).toContainEqual(expect.objectContaining({ name: 'express', licence: 'MIT' }));

    await gateway.stop();
    gateway = await start();
    expect(gateway.setupToken).toBeUndefined();
    const after = new TestBrowser(gateway.runFile.adminPort);
    after.cookie = browser.cookie?.replace(String(adminPort), String(gateway.runFile.adminPort));
    expect((await after.call('/session')).json).toMatchObject({ authenticated: true, name: 'set-up' });
  });

  it('puts tables of tags into the draft, of this gateway and of Kepware, as the mode says (§7.1)', async () => {
    const socket = { socketPath: join(home.path, 'home', 'admin.sock') };
    const post = async (path: string, body: object) =>
      (await call(socket, path, { method: 'POST', body })).json as CsvImportAnswer;
    const csv = 'path,driver,device,address,dataType\nline/new,plc,filler,400003,float32\n';
    const merged = await post('/config/import-csv', { csv, mode: 'merge' });
    expect(merged.findings).toEqual([]);
    expect([merged.rows, merged.text]).toEqual([1, expect.stringMatching(/line\/speed[^]*line\/new/)]);
    const replaced = await post('/config/import-csv', { csv, mode: 'replace' });
    expect(replaced.text).not.toContain('line/speed');
    const tags = 'Tag Name,Address,Data Type,Scan Rate,Client Access\nlevel,400005,Float,500,RO\n';
    const kepware = await post('/config/import-kepware', { tags, driverId: 'plc', deviceId: 'filler', prefix: 'line' });
    expect(kepware.text).toMatch(/line\/speed[^]*line\/level/);
    expect(await post('/config/import-kepware', { tags, driverId: 'nobody', deviceId: 'x' })).toMatchObject({
      text: null,
      findings: [{ severity: 'error', rule: 'driver-unknown' }],
    });
  });
});
