/**
 * `present`: must be proven by a test that passes. `benchmark`: a figure, which `npm run bench` measures and no test asserts, because it
 * depends on the machine. `open`: not built yet.
 */
export type Stage = 'present' | 'benchmark' | 'open';

export interface Clause {
  /** As it is cited in titles of tests, without the sign: `5.4`. */
  readonly number: string;
  readonly subject: string;
  readonly stage: Stage;
  /** What of a present clause is not built yet. */
  readonly openPart?: string;
}

const present = (number: string, subject: string, openPart?: string): Clause => ({
  number,
  subject,
  stage: 'present',
  ...(openPart !== undefined && { openPart }),
});
const benchmark = (number: string, subject: string): Clause => ({ number, subject, stage: 'benchmark' });
const open = (number: string, subject: string): Clause => ({ number, subject, stage: 'open' });

/** The clauses of the specification; their numbers never change meaning. A clause that gets built moves from `open` to `present`. */
export const clauses: readonly Clause[] = [
  present('2', 'truthful values and writes, bounded memory'),

  present('3.1', 'defineDriver, the registry, tiers'),
  present('3.2', 'capabilities found by presence'),
  present('3.3', 'a driver plans and exchanges, nothing else'),
  present('3.4', 'isolation, promotion at run time'),
  present('3.5', 'drivers of third parties, the contract suite'),
  present('3.6', 'phases, errors with a kind, async safety'),

  present('4.1', 'one process per driver, frames that cannot hurt the gateway'),
  present('4.2', 'liveness: suspect, hang, stack'),
  present('4.3', 'death: cause, pending calls, tags, post-mortem'),
  present('4.4', 'respawn: backoff, crash-loop breaker, start storms'),
  present('4.5', 'stop: drain, SIGTERM, SIGKILL, verified'),
  present('4.6', 'no orphans'),
  present('4.7', 'recycle, with and without overlap'),
  present('4.8', 'logs of Hosts'),

  present('5.1', 'one pipeline per driver and device'),
  present('5.2', 'order of the pipeline, what counts as failure'),
  present('5.3', 'defaults per tier, overrides, bulkhead, retry delays'),
  present('5.4', 'writes are never retried'),
  present('5.5', 'demotion of a device, and the way back'),
  present('5.6', 'capabilities only through the invoker'),
  benchmark('5.7', 'cost of the pipeline: npm run bench -- invoker'),
  present('5.8', 'status per device, kept over restarts'),

  present('6.1', 'memory tracking'),
  present('6.2', 'memory recycle'),
  present('6.3', 'scheduled recycle'),
  present('6.4', 'wedge detection'),

  present('7.1', 'the plant document and its validation'),
  present('7.2', 'the authority: drafts, generations, publish'),
  present('7.3', 'sealed snapshots'),
  present('7.4', 'reads and writes while the authority is away'),
  present('7.5', 'apply only what changed'),

  present('8.1', 'paths, types and options of tags'),
  present('8.2', 'the poller'),
  present('8.3', 'staleness'),
  present('8.4', 'history', 'blocks in PostgreSQL, and history of devices that fills gaps'),
  present('8.5', 'system tags'),

  present('9.1', 'driver modbus'),
  present('9.2', 'driver s7'),
  present('9.3', 'driver opcua-client', 'profiles of vendors, which nobody has tried against their servers'),
  open('9.4', 'driver mqtt'),
  present('9.5', 'drivers simulator and chaos'),
  present('9.6', 'every driver recovers by itself'),

  present('10.1', 'outlet opcua-server', 'history, alarms, methods, users'),
  open('10.2', 'outlet mqtt'),

  open('11.1', 'internal tags'),
  open('11.2', 'state machines'),
  open('11.3', 'flows'),
  open('11.4', 'scripts'),

  present('12.1', 'health endpoints'),
  present('12.2', 'logs and correlation'),
  present('12.3', 'metrics and dashboards', 'trace context'),

  present('13', 'security', 'all but set-up token, local socket and headers'),
  open('14', 'scale-out'),
  benchmark('15', 'figures to reach: npm run bench'),
];
