import type { Service, ServicePostMortem, ServicePostMortemSummary } from '@fieldwarden/admin-contract';
import type { LogRecord, Origin } from '@fieldwarden/gateway-contract';

/** What is not a driver (SPEC §16). */
export interface ServiceControl {
  /** In the order of the plant document. */
  list(): readonly Service[];
  get(id: string): Service | undefined;
  /** Resolves when the service works again, or it is clear that it does not yet. Rejects with code `SERVICE_UNKNOWN`. */
  restart(id: string): Promise<Service>;
  /** Of the processes of this service that are still kept, newest first. */
  postMortems(id: string): Promise<readonly ServicePostMortemSummary[]>;
  /** Undefined if there is none of this id, or it is no longer kept. */
  postMortem(id: string, postMortemId: string): Promise<ServicePostMortem | undefined>;
  /** The last `lines` records of this service and its Host, oldest first. */
  logs(id: string, lines: number): readonly LogRecord[];
  followLogs(id: string, listener: (record: LogRecord) => void): Disposable;
  /** Passed on to the service, answered as JSON. Rejects with code `SERVICE_UNKNOWN`, kind `unsupported` for a name that it does not know. */
  request(id: string, name: string, body: unknown, origin: Origin): Promise<unknown>;
}
