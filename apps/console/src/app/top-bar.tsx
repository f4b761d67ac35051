import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { Fleet } from '../fleet/use-fleet.js';
import { counted } from '../format/numbers.js';
import { Badge } from '../parts/badge.js';
import { AccountMenu } from '../session/account/account-menu.js';

/** On every page: which gateway this is, and whether all is well. */
export function TopBar({ fleet }: { readonly fleet: Fleet }): ReactElement {
  const { status, verdict } = fleet;
  return (
    <header className="top">
      <span className="site">{status ? status.site : 'Gateway'}</span>
      {status && <span className="soft live">{counted(status.tags.total, 'tag')}</span>}
      {typeof status?.generation === 'number' && <span className="soft live">generation {status.generation}</span>}
      <span className="spacer" />
      <Link href="/" aria-label={`${verdict.headline}: to the overview`}>
        <Badge tone={verdict.tone} icon={verdict.icon} word={verdict.headline} />
      </Link>
      <AccountMenu />
    </header>
  );
}
