import type { ApplyPlan } from '@fieldwarden/config';
import type { ApplyFailure } from '@fieldwarden/gateway-contract';
import type { Logging } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';

/** Carries out what a plan says about the gateway itself and its services, while they run. Never rejects. */
export async function applyToGateway(
  { gateway, services: changes }: Pick<ApplyPlan, 'gateway' | 'services'>,
  generation: number,
  { logging, services }: { readonly logging: Pick<Logging, 'configure'>; readonly services: RunningServices },
): Promise<readonly ApplyFailure[]> {
  if (gateway.logging) logging.configure(gateway.logging);
  const failures = await services.apply(changes, generation);
  return failures.map((failure) => ({ driverId: null, ...failure }));
}
