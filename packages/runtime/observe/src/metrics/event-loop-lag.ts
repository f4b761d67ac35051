import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** The sampling timer's period. What Node measures is this period plus the delay. */
const resolutionMs = 20;

/** `fieldwarden_event_loop_lag_seconds`: the worst 1 % of delays since the last time somebody asked. */
export function bindEventLoopLag(registry: Registry): Disposable {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  const gauge: Gauge = new Gauge({
    name: 'fieldwarden_event_loop_lag_seconds',
    help: 'Delay of the event loop: 99th percentile since the last scrape.',
    registers: [registry],
    collect: () => {
      gauge.set(Math.max(0, histogram.percentile(99) / 1e9 - resolutionMs / 1e3));
      histogram.reset();
    },
  });
  return { [Symbol.dispose]: () => histogram.disable() };
}
