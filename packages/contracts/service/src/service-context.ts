import type { Clock, Logger } from '@fieldwarden/core';
import type { AccessDesk } from './access-desk.js';
import type { AlarmConditions } from './alarm-conditions.js';
import type { AlarmFeed } from './alarm-feed.js';
import type { DeskOffers } from './desks/desk-board.js';
import type { GatewayDesks } from './desks/gateway-desks.js';
import type { ServiceAlarms } from './service-alarms.js';
import type { ServiceEvents } from './service-events.js';
import type { ServiceStorage } from './service-storage.js';
import type { TagColumnSource } from './tag-column-source.js';
import type { TagSource, TagWriter } from './tag-source.js';

/** What a service is made from. Everything that touches time, chance, tags or the log comes from here (SPEC §16.2). */
export interface ServiceContext<Settings = unknown> {
  readonly serviceId: string;
  readonly settings: Settings;
  readonly gateway: GatewayIdentity;
  /** `<home>/services/<id>`: files of its own. There when `start` is called, mode 0700. */
  readonly directory: string;
  /** `<home>/pki`: certificates of the gateway. */
  readonly pkiDirectory: string;
  readonly tags: TagSource;
  readonly writer: TagWriter;
  readonly events: ServiceEvents;
  readonly alarms: ServiceAlarms;
  /** All alarms of the gateway, to be shown to others. */
  readonly alarmFeed: AlarmFeed;
  readonly storage: ServiceStorage;
  /** Who somebody is that comes in by the service. */
  readonly access: AccessDesk;
  /** What other parts of the gateway know and do. */
  readonly desks: GatewayDesks;
  /** What only a service in the gateway's own process may do (`inProcessOnly`); undefined in a Host. */
  readonly within: WithinGateway | undefined;
  readonly clock: Clock;
  /** Already bound to serviceId. */
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** It cannot go on: stop, show this, start anew after the backoff. Called at most once. */
  readonly fail: (error: unknown) => void;
}

/** Of the gateway's own process. What is taken or defined here ends with the service. */
export interface WithinGateway {
  readonly offers: DeskOffers;
  /** Many values at a time, without an object each. */
  readonly columns: Pick<TagColumnSource, 'copyRows'>;
  /** Conditions that this service judges. What they were stays when it ends, and counts as not current until it defines them again. */
  readonly conditions: AlarmConditions;
}

export interface GatewayIdentity {
  readonly site: string;
  /** Version of the product. */
  readonly version: string;
  /** Address that ports are bound to. */
  readonly bind: string;
  /** The port that the command line or the environment wants, if it does: goes before the settings'. */
  readonly port: number | undefined;
}
