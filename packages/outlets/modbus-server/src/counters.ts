import type { ServiceMetric } from '@fieldwarden/service';
import { exceptionCodes, functionCodes, type ExceptionCode } from './protocol/protocol.js';

/** Function codes by name; everything that is no function of this server is counted as one, or a client could make labels up. */
const functionNames = new Map<number, string>(Object.entries(functionCodes).map(([name, code]) => [code, name]));
const other = 'other';

/** What has been asked and answered since the start. */
export class Counters {
  requests = 0;
  /** Over the last whole period of `tick`. */
  requestsPerSecond = 0;
  /** By why they were closed or not accepted. */
  readonly connectionsEnded = { notAllowed: 0, evicted: 0, idle: 0, slow: 0, notModbus: 0 };
  /** At zero from the start: a series that begins with its first increment hides it from `rate`. */
  readonly #requestsByFunction = new Map<string, number>([...functionNames.values(), other].map((name) => [name, 0]));
  readonly #exceptionsByCode = new Map<ExceptionCode, number>();
  #requestsAtTick = 0;
  #tickAtMs: number | undefined;

  countRequest(functionCode: number): void {
    this.requests++;
    const name = functionNames.get(functionCode) ?? other;
    this.#requestsByFunction.set(name, (this.#requestsByFunction.get(name) ?? 0) + 1);
  }

  countException(code: ExceptionCode): void {
    this.#exceptionsByCode.set(code, (this.#exceptionsByCode.get(code) ?? 0) + 1);
  }

  /** Ends a period of `requestsPerSecond`. `nowMs` is monotonic. */
  tick(nowMs: number): void {
    const elapsedMs = nowMs - (this.#tickAtMs ?? nowMs);
    if (elapsedMs > 0) this.requestsPerSecond = ((this.requests - this.#requestsAtTick) * 1000) / elapsedMs;
    this.#requestsAtTick = this.requests;
    this.#tickAtMs = nowMs;
  }

  /** Exceptions by code: `{ "2": 14 }`. */
  exceptions(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#exceptionsByCode);
  }

  metrics(connections: number): ServiceMetric[] {
    const counter = (name: string, help: string, label: string, values: Iterable<readonly [string | number, number]>) =>
      [...values].map(([key, value]) => ({
        name,
        help,
        type: 'counter' as const,
        labels: { [label]: String(key) },
        value,
      }));
    return [
      { name: 'modbus_server_connections', help: 'Connections of Modbus clients.', type: 'gauge', value: connections },
      ...counter('modbus_server_requests_total', 'Requests of Modbus clients.', 'function', this.#requestsByFunction),
      ...counter(
        'modbus_server_exceptions_total',
        'Requests answered with an exception.',
        'code',
        Object.values(exceptionCodes).map((code) => [code, this.#exceptionsByCode.get(code) ?? 0]),
      ),
      ...counter(
        'modbus_server_connections_ended_total',
        'Connections that the server closed or did not accept.',
        'reason',
        Object.entries(this.connectionsEnded),
      ),
    ];
  }
}

export type EndReason = keyof Counters['connectionsEnded'];
