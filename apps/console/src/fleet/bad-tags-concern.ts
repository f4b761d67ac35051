import type { HostRow } from '@fieldwarden/admin-contract';
import { counted } from '../format/numbers.js';
import type { Concern } from './concern.js';

/** Tags that are Bad although their device answers: at once if they never worked, else when that lasts. */
export function badTagsConcern(row: HostRow): Concern | undefined {
  const { driverId, device, tagsBad, tagsNeverGood, tagsBadSince } = row;
  if (tagsBad === 0 || (tagsNeverGood === 0 && tagsBadSince === null)) return undefined;
  return {
    key: `bad-tags ${driverId}/${device}`,
    tone: 'warning',
    driverId,
    device,
    serviceId: null,
    what: badTagsWords(row),
    why: `The device answers, but ${whichOnes(tagsBad)}${tagsNeverGood > 0 ? '. Mostly an address or a type is wrong.' : ' any more.'}`,
    sinceMs: tagsBadSince === null ? null : Date.parse(tagsBadSince),
    next: 'The tag itself says why, and what to try.',
    nextAtMs: null,
    action: null,
    link: `/tags?driver=${driverId}&bad=true`,
  };
}

function whichOnes(tagsBad: number): string {
  return tagsBad === 1 ? 'not for this tag' : 'not for these tags';
}

/** `3 tags never worked`, `5 tags are Bad, 3 never worked`. */
export function badTagsWords({ tagsBad, tagsNeverGood }: Pick<HostRow, 'tagsBad' | 'tagsNeverGood'>): string {
  if (tagsNeverGood === tagsBad) return `${counted(tagsBad, 'tag')} never worked`;
  const bad = `${counted(tagsBad, 'tag')} ${tagsBad === 1 ? 'is' : 'are'} Bad`;
  return tagsNeverGood === 0 ? bad : `${bad}, ${tagsNeverGood} never worked`;
}
