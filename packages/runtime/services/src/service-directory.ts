import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@fieldwarden/core';
import type { ServiceSurroundings } from './service-surroundings.js';

/** `<home>/services/<id>`, made if it is not there; where it can't be made the service finds out for itself. */
export function serviceDirectory(serviceId: string, { directories, logger }: ServiceSurroundings): string {
  const path = join(directories.services, serviceId);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    logger.error(`the directory of service ${serviceId} could not be made: ${messageOf(error)}`, { serviceId, path });
  }
  return path;
}
