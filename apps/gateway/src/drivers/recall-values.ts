import { LastValues } from '@fieldwarden/tags';
import type { CommonDependencies } from '../process/common-dependencies.js';
import type { RunningDrivers } from './running-drivers.js';

/**
 * Shows what tags had before the start until they are read (SPEC §17.1), and keeps what they have. After all tags are defined and before
 * anybody follows them. A driver that is off tells nothing: its tags stay out of service.
 */
export async function recallValues(
  { store, state, clock, logging, shutdownSteps }: CommonDependencies,
  drivers: Pick<RunningDrivers, 'byId'>,
): Promise<void> {
  const { logger } = logging;
  const values = await LastValues.open(
    { store, table: state.table('gateway/last-values'), clock, logger },
    (handle) => {
      const driverId = store.terms(handle)?.driverId ?? null;
      return driverId === null || drivers.byId.get(driverId)?.driver.enabled === true;
    },
  );
  // Taken before drivers and services stop, which leaves their tags Bad.
  shutdownSteps.add('last values', async () => await values.close());
}
