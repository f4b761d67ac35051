import type { WriteOutcome } from '@fieldwarden/core';

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

export function driverUnknown(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DRIVER_UNKNOWN',
    detail: `no driver has the id ${JSON.stringify(id)}`,
    remedy: 'GET /api/v1/drivers (fieldwarden list) names the drivers of this gateway.',
  });
}

/** Whoever asks for a driver by the id of a service. */
export function isService(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DRIVER_UNKNOWN',
    detail: `${id} is a service, not a driver`,
    remedy: `Use GET /api/v1/services/${id} (fieldwarden services describe ${id}, fieldwarden services restart ${id}).`,
  });
}

export function serviceUnknown(id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'SERVICE_UNKNOWN',
    detail: `no service has the id ${JSON.stringify(id)}`,
    remedy: 'GET /api/v1/services (fieldwarden services list) names the services of this gateway.',
  });
}

export function deviceUnknown(driverId: string, device: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'DEVICE_UNKNOWN',
    detail: `driver ${driverId} has no device ${JSON.stringify(device)}`,
    remedy: `GET /api/v1/drivers/${driverId} (fieldwarden describe ${driverId}) names its devices.`,
  });
}

export function postMortemUnknown(driverId: string, id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'POST_MORTEM_UNKNOWN',
    detail: `driver ${driverId} has no post-mortem ${JSON.stringify(id)}; old ones make room for new ones`,
    remedy: `GET /api/v1/drivers/${driverId}/post-mortems (fieldwarden post-mortem ${driverId} --list) names those that are kept.`,
  });
}

export function servicePostMortemUnknown(serviceId: string, id: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'POST_MORTEM_UNKNOWN',
    detail: `service ${serviceId} has no post-mortem ${JSON.stringify(id)}; old ones make room for new ones`,
    remedy: `GET /api/v1/services/${serviceId}/post-mortems (fieldwarden services post-mortem ${serviceId} --list) names those that are kept.`,
  });
}

export function tagUnknown(path: string, outcome?: WriteOutcome): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'TAG_UNKNOWN',
    detail: `no tag has the path ${JSON.stringify(path)}`,
    remedy: 'GET /api/v1/tags?prefix= (fieldwarden tags list) names the tags of this gateway.',
    ...(outcome && { outcome }),
  });
}

export function badQuery(detail: string): RequestRefused {
  return new RequestRefused({ status: 400, code: 'BAD_QUERY', detail });
}

export function badBody(detail: string): RequestRefused {
  return new RequestRefused({ status: 400, code: 'BAD_BODY', detail });
}
