import type { About } from '@fieldwarden/admin-contract';
import { readFile } from 'node:fs/promises';

type Licence = About['licences'][number];

interface InstalledPackage {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}

/** What npm notes of everything that it installed. */
const installed = new URL('../../../../../node_modules/.package-lock.json', import.meta.url);

let known: Promise<readonly Licence[]> | undefined;

/** Name, version and licence of every package that came with the gateway, by name; empty where npm has left no list. */
export async function licences(): Promise<readonly Licence[]> {
  known ??= readLicences();
  return await known;
}

async function readLicences(): Promise<readonly Licence[]> {
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
