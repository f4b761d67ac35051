import type { PlantDocument } from '@fieldwarden/config';
import { GatewayError } from '@fieldwarden/core';
import type { PublishOptions } from '@fieldwarden/generations';
import { isDeepStrictEqual } from 'node:util';
import type { ChangeOrigin } from '../../control/config-control.js';

/** Who asks for a publish or a rollback, and what it may not change. */
export function askedBy({ mayChangeAccess, ...by }: ChangeOrigin): Pick<PublishOptions, 'by' | 'demand'> {
  return mayChangeAccess ? { by } : { by, demand: (running, next) => demandSameAccess(by.name, running, next) };
}

/** Who could publish this section could make an admin of himself, by a directory or a provider of his own. Throws kind `forbidden`. */
function demandSameAccess(name: string, running: PlantDocument, next: PlantDocument): void {
  if (isDeepStrictEqual(running.access ?? {}, next.access ?? {})) return;
  throw new GatewayError({
    code: 'NOT_PERMITTED',
    kind: 'forbidden',
    message: `${name} may not change the section access: it takes the permission users`,
  });
}
