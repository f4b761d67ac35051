import type { Service, ServicePostMortem, ServicePostMortemSummary } from '@fieldwarden/admin-contract';
import type { LogRecord, Origin } from '@fieldwarden/gateway-contract';
import { sampleService } from '@fieldwarden/admin-contract/testing';
import { GatewayError } from '@fieldwarden/core';
import type { ServiceControl } from '../control/service-control.js';

/** Services that a test sets, and what was asked of them. */
export class FakeServiceControl implements ServiceControl {
  services: readonly Service[] = [sampleService()];
  /** Of all services, newest first. */
  postMortemsKept: readonly ServicePostMortem[] = [];
  readonly records: LogRecord[] = [];
  readonly #logListeners = new Set<(record: LogRecord) => void>();
  readonly restarts: string[] = [];
  /** What is answered, by the name of the request. */
  readonly answers = new Map<string, unknown>([['purge', { purged: 3 }]]);
  readonly requests: {
    readonly id: string;
    readonly name: string;
    readonly body: unknown;
    readonly origin: Origin;
  }[] = [];
  /** Settles a restart. */
  whenRestarted: () => Promise<void> = () => Promise.resolve();

  list(): readonly Service[] {
    return this.services;
  }

  get(id: string): Service | undefined {
    return this.services.find((service) => service.id === id);
  }

  /** How many follow the log. */
  get listeners(): number {
    return this.#logListeners.size;
  }

  async restart(id: string): Promise<Service> {
    this.restarts.push(id);
    await this.whenRestarted();
    return this.get(id)!;
  }

  postMortems(id: string): Promise<readonly ServicePostMortemSummary[]> {
    const kept = this.postMortemsKept.filter(({ serviceId }) => serviceId === id);
    return Promise.resolve(
      kept.map(
        ({ error: _e, stack: _s, stackMissing: _m, logTail: _l, operations: _o, memory: _y, ...summary }) => summary,
      ),
    );
  }

  postMortem(id: string, postMortemId: string): Promise<ServicePostMortem | undefined> {
    return Promise.resolve(this.postMortemsKept.find((kept) => kept.serviceId === id && kept.id === postMortemId));
  }

  logs(id: string, lines: number): readonly LogRecord[] {
    return lines === 0 ? [] : this.records.filter(({ serviceId }) => serviceId === id).slice(-lines);
  }

  followLogs(id: string, listener: (record: LogRecord) => void): Disposable {
    const heard = (record: LogRecord): void => {
      if (record.serviceId === id) listener(record);
    };
    this.#logListeners.add(heard);
    return { [Symbol.dispose]: () => void this.#logListeners.delete(heard) };
  }

  log(record: Partial<LogRecord> & { readonly message: string }): void {
    const full: LogRecord = { timestamp: '2030-01-01T00:00:00.000Z', level: 'info', ...record };
    this.records.push(full);
    for (const listener of [...this.#logListeners]) listener(full);
  }

  async request(id: string, name: string, body: unknown, origin: Origin): Promise<unknown> {
    this.requests.push({ id, name, body, origin });
    if (this.answers.has(name)) return await Promise.resolve(this.answers.get(name));
    throw new GatewayError({ code: 'REQUEST_UNKNOWN', kind: 'unsupported', message: `${id} knows no request ${name}` });
  }
}
