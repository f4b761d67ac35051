import { GatewayError } from '@fieldwarden/core';
import type { RunningVersion } from '@fieldwarden/generations';
import {
  HostServiceHome,
  InProcessServiceHome,
  RunningServices,
  type ServiceSurroundings,
} from '@fieldwarden/services';
import type { AccessDesk } from '@fieldwarden/service';
import { serviceHostMain } from '@fieldwarden/service-host';
import { serviceStorage } from '@fieldwarden/storage';
import { defaultSupervision } from '@fieldwarden/supervisor';
import type { WriteRequests } from '@fieldwarden/tags';
import type { CommonDependencies } from '../process/common-dependencies.js';
import { version } from '../version.js';
import { StatusPulse } from '../status/status-pulse.js';
import { ServiceTags } from '../status/system-tags/service-tags.js';
import { serviceNews } from './service-news.js';

/** The services of the plant, made and not yet started; they end before what they stand on. */
export function makeServices(
  common: CommonDependencies,
  { plant, summary }: RunningVersion,
  writer: WriteRequests,
  access: AccessDesk,
): RunningServices {
  const { options, catalogue, store, clock, shutdownSteps, logging } = common;
  const tags = new ServiceTags({ store, clock, redactor: common.secrets });
  shutdownSteps.add('tags of services', () => tags[Symbol.dispose]());
  const surroundings = surroundingsOf(common, plant.site, writer, access);
  const running = new RunningServices(
    plant.services,
    {
      registry: catalogue.services,
      makeHome: (isolation, instance) =>
        isolation === 'host'
          ? new HostServiceHome(instance, surroundings)
          : new InProcessServiceHome(instance, surroundings),
      portOf: (option) => options.servicePorts[option],
      supervision: defaultSupervision,
      observer: serviceNews(common, tags),
      clock,
      logger: logging.logger,
    },
    summary.generation,
  );
  shutdownSteps.add('services', async () => await running.stop());
  const pulse = new StatusPulse(clock, () => running.facts().forEach((facts) => tags.show(facts)));
  shutdownSteps.add('pulse of services', () => pulse[Symbol.dispose]());
  return running;
}

/**
 * At the start, a port that another program has is a mistake that somebody is there to mend: throws PORT_TAKEN. What else keeps a
 * service from starting is shown and tried again (SPEC §16.3).
 */
export function refuseTakenPorts(services: RunningServices): void {
  const taken = services
    .facts()
    .find(({ state, lastError }) => state === 'Faulted' && lastError?.code === 'PORT_TAKEN');
  if (!taken?.lastError) return;
  throw new GatewayError({ code: 'PORT_TAKEN', kind: 'config', message: taken.lastError.message });
}

function surroundingsOf(
  common: CommonDependencies,
  site: string,
  writer: WriteRequests,
  access: AccessDesk,
): ServiceSurroundings {
  const { home, options, store, events, alarms, state, clock, random, logging, supervisor, desks } = common;
  return {
    tags: store,
    writer,
    events: (serviceId) => ({
      append: ({ message, data }) => void events.append({ type: 'service', serviceId, message, ...(data && { data }) }),
    }),
    alarms: (serviceId) => alarms.alarmsOf(serviceId),
    conditions: (serviceId) => alarms.conditionsOf(serviceId),
    alarmFeed: alarms.feed,
    storage: (serviceId) => serviceStorage(state, serviceId),
    access,
    desks,
    identity: { site, version, bind: options.bind },
    directories: { services: home.file('services'), pki: home.file('pki') },
    clock,
    logger: logging.logger,
    random,
    supervisor,
    hostMain: serviceHostMain,
  };
}
