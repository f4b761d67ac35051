import { didYouMean, type WriteOutcome } from '@fieldwarden/core';

export interface RefusalInit {
  readonly status: number;
  /** Stable, upper case: `DRIVER_UNKNOWN`. */
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly outcome?: WriteOutcome;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that the API itself refuses, before the gateway is asked. Thrown by handlers, turned into a problem at one place. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly refusal: RefusalInit;

  constructor(refusal: RefusalInit) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** `known`: ids of the drivers that there are. */
export function driverUnknown(id: string, known: readonly string[]): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DRIVER_UNKNOWN',
    detail: `no driver has the id ${JSON.stringify(id)}${meant(id, known)}`,
    remedy: '`fieldwarden list` names the drivers of this gateway (GET /api/v1/drivers).',
  });
}

/** Whoever asks for a driver by the id of a service. */
export function isService(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DRIVER_UNKNOWN',
    detail: `${id} is a service, not a driver`,
    remedy: `Use \`fieldwarden services describe ${id}\` or \`fieldwarden services restart ${id}\` (/api/v1/services/${id}).`,
  });
}

export function serviceUnknown(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'SERVICE_UNKNOWN',
    detail: `no service has the id ${JSON.stringify(id)}`,
    remedy: '`fieldwarden services list` names the services of this gateway (GET /api/v1/services).',
  });
}

/** `known`: ids of the driver's devices. */
export function deviceUnknown(driverId: string, device: string, known: readonly string[]): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DEVICE_UNKNOWN',
    detail: `driver ${driverId} has no device ${JSON.stringify(device)}${meant(device, known)}`,
    remedy: `\`fieldwarden describe ${driverId}\` names its devices (GET /api/v1/drivers/${driverId}).`,
  });
}

export function postMortemUnknown(driverId: string, id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'POST_MORTEM_UNKNOWN',
    detail: `driver ${driverId} has no post-mortem ${JSON.stringify(id)}; old ones make room for new ones`,
    remedy: `\`fieldwarden post-mortem ${driverId} --list\` names those that are kept (GET /api/v1/drivers/${driverId}/post-mortems).`,
  });
}

export function servicePostMortemUnknown(serviceId: string, id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'POST_MORTEM_UNKNOWN',
    detail: `service ${serviceId} has no post-mortem ${JSON.stringify(id)}; old ones make room for new ones`,
    remedy: `\`fieldwarden services post-mortem ${serviceId} --list\` names those that are kept (GET /api/v1/services/${serviceId}/post-mortems).`,
  });
}

/** `known`: paths of tags in its neighbourhood. */
export function tagUnknown(path: string, known: readonly string[], outcome?: WriteOutcome): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'TAG_UNKNOWN',
    detail: `no tag has the path ${JSON.stringify(path)}${meant(path, known)}`,
    remedy: '`fieldwarden tags list` names the tags of this gateway (GET /api/v1/tags?prefix=).',
    ...(outcome && { outcome }),
  });
}

export function badQuery(detail: string): RequestRefused {
  return new RequestRefused({ status: 400, code: 'BAD_QUERY', detail });
}

export function badBody(detail: string): RequestRefused {
  return new RequestRefused({ status: 400, code: 'BAD_BODY', detail });
}

function meant(name: string, known: readonly string[]): string {
  const near = didYouMean(name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
