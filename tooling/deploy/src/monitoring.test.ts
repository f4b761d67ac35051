import { GatewayProcess } from '@fieldwarden/acceptance';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = resolve(import.meta.dirname, '../monitoring');
const file = (name: string): string => readFileSync(join(folder, name), 'utf8');

const target = z.object({ refId: z.string(), expr: z.string(), datasource: z.object({ uid: z.string() }) });
const panel = z.object({
  id: z.number(),
  title: z.string().min(1),
  description: z.string().optional(),
  type: z.enum(['row', 'stat', 'timeseries', 'state-timeline']),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).optional(),
});
const dashboard = z
  .object({
    uid: z.string(),
    title: z.string(),
    panels: z.array(panel),
    templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string() })) }),
  }) // prettier-ignore
  .parse(JSON.parse(file('grafana/dashboards/fieldwarden.json')));
const alerts = z
  .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
  .parse(parse(file('alerts.yml')));

const shown = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ where: title, expr })),
);
const judged = alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expr })));

function promtool(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', cwd: folder });
  return { status, output: stdout + stderr };
}

/** Names of metrics in an expression; Prometheus makes `up` itself. */
function metricsIn(expr: string): readonly string[] {
  const names = expr.match(/\b(?:fieldwarden|process|nodejs)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}

describe('the configuration of Prometheus', () => {
  it('is valid, with its alerts, by its own tool', () => {
    const { status, output } = promtool('check', 'config', 'prometheus.yml');
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('has alerts that come when they should and stay away when they should', () => {
    const { status, output } = promtool('test', 'rules', 'alerts.test.yml');
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('asks the port of the gateway that answers metrics', () => {
    expect(file('prometheus.yml')).toContain('targets: [gateway:4841]');
  });
});

const simulator = (id: string, isolation: string): object => ({
  id,
  type: 'simulator',
  isolation,
  devices: [{ id: 'waves', tags: [{ path: `test/${id}`, address: 'sine', dataType: 'float32', scanMs: 100 }] }],
});

/** One driver in the gateway and one in a Host, and every service, so that every metric has something to tell. */
const plant = {
  version: 1,
  site: 'test',
  opcua: { anonymous: true },
  modbusServer: { port: 0, units: [{ unitId: 1, map: [{ path: 'test/inside', address: 'HR0' }] }] },
  // Nobody listens there: its figures are served all the same.
  mqtt: { url: 'mqtt://127.0.0.1:1' },
  drivers: [simulator('inside', 'in-process'), simulator('apart', 'host')],
};

describe('dashboard and alerts', () => {
  let text: string;
  let served: ReadonlySet<string>;

  beforeAll(async () => {
    await using gateway = await GatewayProcess.start(plant);
    for (const id of ['inside', 'apart']) await gateway.driverTurns(id, 'Healthy');
    ({ text } = await gateway.health('/metrics'));
    served = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  });

  it('rest on metrics of which promtool has nothing to say (§12.3)', () => {
    expect(text).toContain('fieldwarden_host_up{driver="apart"} 1');
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('name only metrics that a gateway has (§12.3)', () => {
    const named = [...shown, ...judged].flatMap(({ where, expr }) => metricsIn(expr).map((name) => ({ where, name })));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter(({ name }) => !served.has(name))).toEqual([]);
  });

  it('show every metric of a gateway that is not for its own sake', () => {
    const named = new Set(shown.flatMap(({ expr }) => metricsIn(expr)));
    expect([...served].filter((name) => name.startsWith('fieldwarden_') && !named.has(name))).toEqual([]);
  });

  it('have expressions that Prometheus understands', async () => {
    await using directory = await temporaryDirectory();
    const rules = shown.map(({ expr }, i) => ({
      record: `panel:${i}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const path = join(directory.path, 'panels.json');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] })); // JSON is YAML
    const { status, output } = promtool('check', 'rules', path);
    expect([status, output]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
  });

  it('are laid out without overlap, each panel with a title and a description', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const silent = dashboard.panels.filter(({ type, description = '' }) => type !== 'row' && description === '');
    expect(silent).toEqual([]);
  });

  it('read from the data source that is provisioned', () => {
    const { datasources } = parse(file('grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ uid: 'prometheus', url: 'http://prometheus:9090' }]);
    const uids = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ datasource }) => datasource.uid));
    expect(new Set(uids)).toEqual(new Set(['prometheus']));
  });
});
