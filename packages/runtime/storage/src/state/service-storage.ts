import type { ServiceStorage } from '@fieldwarden/service';
import type { StateStore } from './state-store.js';

/** What a service gets: tables that only its own id leads to. */
export function serviceStorage(store: StateStore, serviceId: string): ServiceStorage {
  return { table: async (name) => await Promise.resolve(store.table(`${serviceId}/${name}`)) };
}
