import type { About } from '@fieldwarden/admin-contract';
import { readFile } from 'node:fs/promises';

type Licence = About['licences'][number];

interface InstalledPackage {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}

/**
 * Name, version and licence of every package that came with the gateway, by name; empty where npm has left no list.
 * `installed`: path of that list.
 */
export async function licences(installed: string): Promise<readonly Licence[]> {
  const text = await readFile(installed, 'utf8').catch(() => '{}');
  const { packages = {} } = JSON.parse(text) as { readonly packages?: Readonly<Record<string, InstalledPackage>> };
  const byKey = new Map<string, Licence>();
  for (const [path, { version, license, link, dev }] of Object.entries(packages)) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || link || dev || version === undefined) continue;
    const name = path.slice(at + 'node_modules/'.length);
    byKey.set(`${name}@${version}`, { name, version, licence: license ?? 'see package' });
  }
  return [...byKey.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
