import type { Clock, Logger } from '@fieldwarden/core';
import type { HandleWrite } from '@fieldwarden/gateway-contract';
import type {
  AccessDesk,
  AlarmFeed,
  ServiceContext,
  ServiceStorage,
  ServiceTable,
  TagSource,
} from '@fieldwarden/service';
import { hostedDesks } from './hosted-desks.js';
import type { ServiceAsks } from './service-asks.js';
import type { AskedWrite, ServiceInitMessage, ServiceTell } from '../service-messages.js';

export interface HostedContextDependencies {
  readonly init: ServiceInitMessage;
  readonly tags: TagSource;
  readonly alarmFeed: AlarmFeed;
  readonly access: AccessDesk;
  readonly asks: ServiceAsks;
  readonly tell: (what: ServiceTell) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fail: (error: unknown) => void;
}

/** What a service in a Host is made from: everything that is the gateway's is asked of it through the channel. */
export function hostedContext({ init, tags, asks, tell, ...own }: HostedContextDependencies): ServiceContext {
  const { serviceId, settings, gateway, directory, pkiDirectory } = init;
  return {
    serviceId,
    settings,
    gateway,
    directory,
    pkiDirectory,
    tags,
    writer: { writeMany: (items, origin) => asks.write(withPaths(items, tags), origin) },
    events: { append: ({ message, data }) => tell({ kind: 'event', message, data }) },
    alarms: {
      raise: ({ conditionId, severity, message }) => tell({ kind: 'raise', conditionId, severity, message }),
      clear: (conditionId) => tell({ kind: 'clear', conditionId }),
    },
    storage: remoteStorage(asks, tell),
    desks: hostedDesks(asks),
    within: undefined,
    random: Math.random,
    ...own,
  };
}

/** A handle that the service kept for longer than its tag lived names no tag: the gateway says so. */
function withPaths(items: readonly HandleWrite[], tags: TagSource): AskedWrite[] {
  return items.map(({ handle, value }) => ({ handle, value, path: tags.definition(handle)?.path ?? '' }));
}

function remoteStorage(asks: ServiceAsks, tell: (what: ServiceTell) => void): ServiceStorage {
  return {
    async table(name) {
      await asks.ask({ kind: 'table', table: name });
      return remoteTable(name, asks, tell);
    },
  };
}

function remoteTable(table: string, asks: ServiceAsks, tell: (what: ServiceTell) => void): ServiceTable {
  return {
    get: (key) => asks.ask({ kind: 'get', table, key }),
    entries: () => asks.ask({ kind: 'entries', table }) as ReturnType<ServiceTable['entries']>,
    put: (key, value) => tell({ kind: 'put', table, key, value }),
    delete: (key) => tell({ kind: 'delete', table, key }),
    async settled() {
      await asks.ask({ kind: 'settled', table });
    },
  };
}
