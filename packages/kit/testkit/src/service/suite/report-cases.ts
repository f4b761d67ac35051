import { testOrigin } from '../../test-origin.js';
import assert from 'node:assert/strict';
import { maxStatusCharacters, type ServiceMetric } from '@fieldwarden/service';
import type { ServiceCase } from './service-case.js';
import type { StagedService } from './service-stage.js';
import { rejectionOf } from './settled.js';

const questions = 1_000;

export const reportCases: readonly ServiceCase[] = [
  {
    sentence: 'reports status, health and metrics as JSON (§16.2)',
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.change(instance, 1));
      const report = reportOf(instance);
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report, 'the report after JSON and back');
      const { length } = JSON.stringify(report.status);
      assert(
        length <= maxStatusCharacters,
        `a status of ${length} characters as JSON; ${maxStatusCharacters} are shown`,
      );
    },
  },
  {
    sentence: 'is Healthy, raises no alarm and does not give up while nothing is wrong (§16.3)',
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.change(instance, 1));
      const { alarms, failures } = instance.context;
      assert.deepEqual([instance.service.health(), alarms.active, failures], [{ state: 'Healthy' }, [], []]);
    },
  },
  {
    sentence: `is the same after ${questions} questions for status, health and metrics (§16.2)`,
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.expected(0));
      const before = await weightOf(instance);
      for (let i = 0; i < questions; i++) reportOf(instance);
      assert.deepEqual(await weightOf(instance), before, 'timers, listeners, events, log records, names of the report');
    },
  },
  {
    sentence: 'names its metrics conventionally, and each once (§16.2)',
    uses: ['metrics'],
    async run(stage) {
      const instance = await stage.start();
      await stage.sees(instance, stage.change(instance, 1));
      const metrics = instance.service.metrics!();
      for (const metric of metrics) assertConventional(metric);
      const samples = metrics.map(
        ({ name, labels = {} }) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`,
      );
      assert.deepEqual(samples, [...new Set(samples)], 'samples');
      const families = new Set(metrics.map(({ name, type, help }) => `${name} ${type} ${help}`));
      assert.equal(families.size, new Set(metrics.map(({ name }) => name)).size, 'one type and one help per name');
    },
  },
  {
    sentence: 'rejects a request of a name that it does not know, with kind unsupported (§16.2)',
    uses: ['request'],
    async run(stage) {
      const { service } = await stage.start();
      const origin = testOrigin({ via: 'suite' });
      const asked = Promise.resolve().then(() => service.request!('no-service-knows-this-name', {}, origin));
      const { kind } = await rejectionOf(asked, stage.patienceMs, 'the request');
      assert.equal(kind, 'unsupported');
    },
  },
];

function reportOf({ service }: StagedService): Record<string, unknown> {
  return { status: service.status(), health: service.health(), metrics: service.metrics?.() ?? [] };
}

/** What would grow with each question. Only names of the report: its figures may count what they like. */
async function weightOf(instance: StagedService): Promise<Record<string, unknown>> {
  const { clock, tags, told, logger } = instance.context;
  const timers = clock.pendingTimers;
  const { status, metrics } = reportOf(instance);
  return {
    timers,
    listeners: tags.listeners,
    events: told.length,
    records: logger.records.length,
    status: namesIn(status),
    metrics: namesIn(metrics),
  };
}

function namesIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]);
}

/** https://prometheus.io/docs/practices/naming: base units, counters end with _total; the prefix is the gateway's. */
function assertConventional({ name, help, type, labels = {}, value }: ServiceMetric): void {
  assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'name of a metric');
  assert.doesNotMatch(name, /^fieldwarden_/, 'the gateway puts its prefix before the name');
  assert.doesNotMatch(
    name,
    /_(ms|us|milliseconds|microseconds|minutes|kb|mb|kilobytes|megabytes|percent)(_total)?$/,
    name,
  );
  assert(['counter', 'gauge'].includes(type), `type ${type} of ${name}`);
  assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
  assert.notEqual(help.trim(), '', `help of ${name}`);
  assert(typeof value === 'number' && Number.isFinite(value), `value ${value} of ${name}`);
  for (const [label, text] of Object.entries(labels)) {
    assert.match(label, /^[a-z][a-z0-9_]*$/, `label of ${name}`);
    assert.equal(typeof text, 'string', `label ${label} of ${name}`);
  }
}
