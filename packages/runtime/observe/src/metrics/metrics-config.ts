import { Counter, type Registry } from 'prom-client';

/** What became of an attempt to publish. */
export type PublishResult = 'ok' | 'refused';

/** Counts publishes; both results are there from the beginning, so that a rate can be taken of the first. */
export function bindPublishes(registry: Registry): (result: PublishResult) => void {
  const publishes = new Counter({
    name: 'fieldwarden_config_publish_total',
    help: 'Attempts to publish a configuration on this gateway, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of ['ok', 'refused']) publishes.inc({ result }, 0);
  return (result) => publishes.inc({ result });
}
