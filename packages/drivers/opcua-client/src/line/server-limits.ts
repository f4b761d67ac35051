import { maxBatch, profiles, type ProfileName } from '../profiles.js';

/** What this server takes in one request or subscription. */
export interface ServerLimits {
  readonly nodesPerRead: number;
  readonly nodesPerWrite: number;
  readonly nodesPerBrowse: number;
  readonly itemsPerCall: number;
  readonly itemsPerSubscription: number;
  readonly takesDeadbands: boolean;
}

/** What a server says of itself: 0 is unlimited, undefined untold. */
export interface PublishedLimits {
  readonly nodesPerRead: number | undefined;
  readonly nodesPerWrite: number | undefined;
  readonly nodesPerBrowse: number | undefined;
  readonly itemsPerCall: number | undefined;
  readonly itemsPerSubscription: number | undefined;
}

/** Node ids of the limits of a server (OPC 10000-5, 6.3.11 OperationLimitsType, 6.3.2 ServerCapabilitiesType), in the order of `publishedLimits`. */
export const limitNodes = [11_705, 11_707, 11_710, 11_714, 24_104] as const;

/** `values` as read from `limitNodes`. */
export function publishedLimits(values: readonly (number | undefined)[]): PublishedLimits {
  const [nodesPerRead, nodesPerWrite, nodesPerBrowse, itemsPerCall, itemsPerSubscription] = values;
  return { nodesPerRead, nodesPerWrite, nodesPerBrowse, itemsPerCall, itemsPerSubscription };
}

/** What the server publishes goes before its profile; nothing goes beyond `maxBatch`. */
export function serverLimits(published: PublishedLimits, profileName: ProfileName): ServerLimits {
  const profile = profiles[profileName];
  const batch = (told: number | undefined, profiled: number): number => Math.min(limit(told, profiled), maxBatch);
  return {
    nodesPerRead: batch(published.nodesPerRead, profile.nodesPerRead),
    nodesPerWrite: batch(published.nodesPerWrite, profile.nodesPerWrite),
    nodesPerBrowse: batch(published.nodesPerBrowse, profile.nodesPerRead),
    itemsPerCall: batch(published.itemsPerCall, profile.itemsPerCall),
    itemsPerSubscription: limit(published.itemsPerSubscription, profile.itemsPerSubscription),
    takesDeadbands: profile.takesDeadbands,
  };
}

function limit(told: number | undefined, profiled: number): number {
  if (told === undefined) return profiled;
  return told === 0 ? Number.POSITIVE_INFINITY : told;
}
