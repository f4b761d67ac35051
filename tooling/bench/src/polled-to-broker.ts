import { hasMosquitto, Mosquitto } from '@fieldwarden/mqtt-link/testing';
import type { BenchResult } from './benchmark.js';
import { measurePolling } from './polled-gateway.js';
import { quantile } from './statistics.js';

/** Twice as often as it is read: every scan sees another value. */
const changeMs = 500;
const settleMs = 5_000;
/** Its default of 20 would be waited for. */
const configuration = ['max_inflight_messages 200'];

/** SPEC §15: values that all change, on their way to mosquitto, a process of its own. Nothing where it is not installed. */
export async function pollToBroker(windowMs: number): Promise<readonly BenchResult[]> {
  if (!hasMosquitto) return [];
  await using broker = await Mosquitto.start({ configuration });
  const polled = { connections: 10, plcProcesses: 1, settleMs, windowMs, changeMs };
  const { url } = broker;
  const many = await measurePolling({ ...polled, tags: 100_000, mqtt: { url, publish: { batch: 'device' } } });
  const without = await measurePolling({ ...polled, tags: 20_000 });
  const single = await measurePolling({ ...polled, tags: 20_000, mqtt: { url } });
  const name = '100,000 tags, every value on MQTT:';
  const perSecond = (count: number): number => (1_000 * count) / windowMs;
  const outletSeconds = ((single.cpuPercent - without.cpuPercent) / 100) * (windowMs / 1_000);
  return [
    { metric: `${name} CPU of the gateway`, value: many.cpuPercent, unit: '% of a core', target: { atMost: 40 } },
    { metric: `${name} resident memory`, value: many.gateway.residentBytes / 1e6, unit: 'MB' },
    { metric: `${name} published, a message for up to 500`, value: perSecond(many.published), unit: 'messages/s' },
    {
      metric: `${name} interval seen by the PLCs, p99`,
      value: quantile(many.intervalsMs.flat(), 0.99),
      unit: 'ms',
      target: { atMost: 1_050 },
    },
    {
      metric: 'outlet, 20,000 messages/s: CPU',
      value: (1e6 * outletSeconds) / single.published,
      unit: 'µs/message',
      target: { atMost: 35 },
    },
    { metric: 'outlet, 20,000 messages/s: published', value: perSecond(single.published), unit: 'messages/s' },
  ];
}
