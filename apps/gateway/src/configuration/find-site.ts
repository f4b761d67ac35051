import type { AuthorityLinkOptions } from '@fieldwarden/authority';
import { GatewayError, isGatewayError } from '@fieldwarden/core';
import { sitesOf } from '@fieldwarden/snapshots';

export interface SiteHints {
  /** `--site`. */
  readonly asked: string | undefined;
  /** Of the plant file. */
  readonly inFile: string | undefined;
  readonly home: string;
  readonly openAuthority: AuthorityLinkOptions['open'];
}

/** Which site this gateway serves: as told, else the plant file's, else the only one sealed here, else the only one published. */
export async function findSite({ asked, inFile, home, openAuthority }: SiteHints): Promise<string> {
  if (asked !== undefined && inFile !== undefined && asked !== inFile) throw otherSite(asked, inFile);
  const told = asked ?? inFile;
  if (told !== undefined) return told;
  return only(await sitesOf(home), 'are sealed in this home directory') ?? (await published(openAuthority));
}

async function published(openAuthority: SiteHints['openAuthority']): Promise<string> {
  const site = only(await sitesAt(openAuthority), 'are published');
  if (site !== undefined) return site;
  throw new GatewayError({
    code: 'PLANT_MISSING',
    kind: 'config',
    message: 'there is no configuration to run: give the plant document with --plant FILE',
  });
}

async function sitesAt(openAuthority: SiteHints['openAuthority']): Promise<readonly string[]> {
  try {
    const authority = await openAuthority();
    try {
      return await authority.sites();
    } finally {
      await authority.close();
    }
  } catch (error) {
    throw isGatewayError(error) && error.kind === 'unreachable' ? withoutDatabase(error) : error;
  }
}

/** Nothing is sealed here, or its site would be known (SPEC §7.4). */
function withoutDatabase(cause: GatewayError): GatewayError {
  return new GatewayError({
    code: 'FIRST_START_WITHOUT_DATABASE',
    kind: 'config',
    message: `no snapshot is sealed in this home directory, and a first start needs the configuration database: ${cause.message}`,
    cause,
  });
}

function only(sites: readonly string[], where: string): string | undefined {
  if (sites.length <= 1) return sites[0];
  throw new GatewayError({
    code: 'SITE_AMBIGUOUS',
    kind: 'config',
    message: `the sites ${sites.join(', ')} ${where}: say which one to run with --site NAME`,
  });
}

function otherSite(asked: string, inFile: string): GatewayError {
  return new GatewayError({
    code: 'SITE_DIFFERS',
    kind: 'config',
    message: `--site says ${asked}, the plant file is of site ${inFile}`,
  });
}
