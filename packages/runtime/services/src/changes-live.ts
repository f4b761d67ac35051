import { messageOf, type Logger } from '@fieldwarden/core';
import type { ServiceDefinition } from '@fieldwarden/service';

/** Whether a running instance takes these settings over. A rule that throws says no. */
export function changesLive(definition: ServiceDefinition, before: unknown, after: unknown, logger: Logger): boolean {
  try {
    return definition.changesLive?.(before, after) ?? false;
  } catch (error) {
    logger.error(`changesLive of service ${definition.name} failed: ${messageOf(error)}`, { error });
    return false;
  }
}
