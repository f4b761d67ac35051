import type { Role } from '@fieldwarden/gateway-contract';

/** What each role may do, as people ask for it; the gateway's own list is `permissionsOf`. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'sees everything and changes nothing',
  operator: 'also writes tags and acknowledges alarms, in the areas',
  engineer: 'also operates drivers, publishes configuration, trusts certificates, reads the audit',
  admin: 'also has users, tokens, secrets and backups',
};

/** Areas as they are typed: apart by commas, spaces or lines. None: everywhere. */
export function areasOf(text: string): readonly string[] {
  const areas = text.split(/[\s,]+/).filter((area) => area !== '');
  return areas.length === 0 ? ['**'] : areas;
}

export function areasText(areas: readonly string[]): string {
  return isEverywhere(areas) ? '' : areas.join(', ');
}

/** For tables. */
export function areasWords(areas: readonly string[]): string {
  if (areas.length === 0) return 'nowhere';
  return isEverywhere(areas) ? 'everywhere' : areas.join(', ');
}

function isEverywhere(areas: readonly string[]): boolean {
  return areas.includes('**');
}
