import { pathMatcher } from '@fieldwarden/gateway-contract';
import { ok, warn, type Check } from '../check.js';
import { recordIn } from '../facts/doctor-facts.js';
import { listOf } from '../facts/kept-lists.js';

/** Whoever holds such an area writes nothing there, and hears it only when it matters. Those of the plant document are told where it is published. */
export const areas: Check = {
  id: 'areas',
  run({ home, document }) {
    const paths = pathsOf(document);
    if (paths.length === 0) return ok('there are no tags yet');
    const held = [
      ...listOf(home, 'accounts.json', 'accounts').map((entry) => ({ who: `account ${String(entry.name)}`, entry })),
      ...listOf(home, 'tokens.json', 'tokens').map((entry) => ({ who: `token ${String(entry.name)}`, entry })),
    ];
    const empty = held.flatMap(({ who, entry }) =>
      texts(entry.areas).filter((area) => !isInPlant(area, paths)).map((area) => `${area} (${who})`),
    ); // prettier-ignore
    if (empty.length === 0) return ok('in each area of accounts and tokens there are tags');
    return warn(
      `no tag lies in ${empty.join(', ')}`,
      'compare with the paths of the tags: fieldwarden tags list; then fieldwarden users change NAME --area P, or a new token',
    );
  },
};

function isInPlant(area: string, paths: readonly string[]): boolean {
  if (area === '**' || area.startsWith('_system/')) return true;
  const matches = pathMatcher([area]);
  return paths.some((path) => matches(path));
}

function pathsOf(document: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const devices = listIn(document, 'drivers').flatMap((driver) => listIn(driver, 'devices'));
  return devices.flatMap((device) => listIn(device, 'tags')).flatMap(({ path }) => texts([path]));
}

function listIn(
  owner: Readonly<Record<string, unknown>> | undefined,
  field: string,
): Readonly<Record<string, unknown>>[] {
  const list = owner?.[field];
  return Array.isArray(list) ? list.flatMap((entry: unknown) => recordIn(entry)) : [];
}

function texts(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((entry: unknown) => typeof entry === 'string') : [];
}
