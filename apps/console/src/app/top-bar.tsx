import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { alarmsResource } from '../api/alarm-requests.js';
import type { Fleet } from '../fleet/use-fleet.js';
import { counted } from '../format/numbers.js';
import { Badge } from '../parts/badge.js';
import { openAlarms } from '../alarms/alarm-words.js';
import { AccountMenu } from '../session/account/account-menu.js';
import { useStore } from '../state/store.js';

/** On every page: which gateway this is, and whether all is well. */
export function TopBar({ fleet }: { readonly fleet: Fleet }): ReactElement {
  const { status, verdict } = fleet;
  return (
    <header className="top">
      <span className="site">{status ? status.site : 'Gateway'}</span>
      {status && <span className="soft live">{counted(status.tags.total, 'tag')}</span>}
      {typeof status?.generation === 'number' && <span className="soft live">generation {status.generation}</span>}
      <span className="spacer" />
      <OpenAlarms />
      <Link href="/" aria-label={`${verdict.headline}: to the overview`}>
        <Badge tone={verdict.tone} icon={verdict.icon} word={verdict.headline} />
      </Link>
      <AccountMenu />
    </header>
  );
}

/** How many alarms need somebody, and how urgent the worst of them is. */
function OpenAlarms(): ReactElement | null {
  const { data } = useStore(alarmsResource);
  const open = openAlarms(data ?? []);
  if (!open) return null;
  const unseen = open.unseen === 0 ? 'all seen' : `${open.unseen} not seen`;
  return (
    <Link href="/alarms" aria-label={`${open.word}, ${unseen}: to the alarms`}>
      <Badge tone={open.tone} icon={open.icon} word={open.word} meaning={unseen} />
    </Link>
  );
}
