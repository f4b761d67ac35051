import type { ApplyPlan } from '@fieldwarden/config';
import type { ApplyFailure } from '@fieldwarden/gateway-contract';
import type { Logging } from '@fieldwarden/observe';
import type { PlantAccess } from '../admin/plant-access.js';
import type { RunningServices } from '@fieldwarden/services';
import type { AdminTls } from '../certificates/admin-tls.js';

export interface GatewayParts {
  readonly logging: Pick<Logging, 'configure'>;
  readonly services: RunningServices;
  readonly plantAccess: Pick<PlantAccess, 'take'>;
  readonly tls: Pick<AdminTls, 'apply'>;
}

/** Carries out what a plan says about the gateway itself and its services, while they run. Never rejects. */
export async function applyToGateway(
  { gateway, services: changes }: Pick<ApplyPlan, 'gateway' | 'services'>,
  generation: number,
  { logging, services, plantAccess, tls }: GatewayParts,
): Promise<readonly ApplyFailure[]> {
  if (gateway.logging) logging.configure(gateway.logging);
  if (gateway.tls) await tls.apply(gateway.tls);
  const failures = await services.apply(changes, generation);
  plantAccess.take();
  return failures.map((failure) => ({ driverId: null, ...failure }));
}
