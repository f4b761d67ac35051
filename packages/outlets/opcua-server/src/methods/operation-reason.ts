import { AsyncLocalStorage } from 'node:async_hooks';
import { requestScope } from '../server/request-scope.js';

/** Place of the method that is called in its request. */
export const operationPlace = new AsyncLocalStorage<number>();

/** Why a method was not carried out, for a client that asks for additional information about single operations. */
export function operationReason(reason: string): void {
  const place = operationPlace.getStore();
  if (place !== undefined) requestScope.getStore()?.reasons.set(place, reason);
}
