import type { Clock, Logger } from '@fieldwarden/core';
import type {
  AccessDesk,
  AlarmConditions,
  AlarmFeed,
  DeskBoard,
  GatewayIdentity,
  ServiceAlarms,
  ServiceEvents,
  ServiceStorage,
  TagColumnSource,
  TagWriter,
} from '@fieldwarden/service';
import type { Supervisor } from '@fieldwarden/supervisor';

/** What the gateway gives to every service, wherever it lives. */
export interface ServiceSurroundings {
  /** The tag store. */
  readonly tags: TagColumnSource;
  readonly writer: TagWriter;
  readonly events: (serviceId: string) => ServiceEvents;
  readonly alarms: (serviceId: string) => ServiceAlarms;
  /** Of one run of a service, until it is disposed. */
  readonly conditions: (serviceId: string) => AlarmConditions & Disposable;
  /** Undefined: there is no book of alarms. */
  readonly alarmFeed?: AlarmFeed;
  readonly storage: (serviceId: string) => ServiceStorage;
  /** Undefined: there are no accounts. */
  readonly access?: AccessDesk;
  readonly desks: DeskBoard;
  readonly identity: Omit<GatewayIdentity, 'port'>;
  readonly directories: ServiceDirectories;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly supervisor: Supervisor;
  /** Script of a Host: `serviceHostMain` of @fieldwarden/service-host. */
  readonly hostMain: string;
}

export interface ServiceDirectories {
  /** `<home>/services`; each service has one of its name in it. */
  readonly services: string;
  /** `<home>/pki`. */
  readonly pki: string;
}
