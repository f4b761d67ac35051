import type { ReactElement } from 'react';
import { formatDuration, formatTimeOfDay } from '../format/times.js';
import { connection } from '../live/live.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { useNow } from '../parts/now.js';
import { useStore } from '../state/store.js';

/** There at once when the gateway is away: nothing on the page is current then. */
export function ConnectionBanner(): ReactElement | null {
  const { phase } = useStore(connection.state);
  return <div role="alert">{phase === 'lost' && <LostBanner />}</div>;
}

function LostBanner(): ReactElement {
  const { since, nextAttemptAt } = useStore(connection.state);
  const now = useNow();
  const next =
    nextAttemptAt === null ? 'Trying now.' : `Next attempt in ${formatDuration(Math.max(1_000, nextAttemptAt - now))}.`;
  return (
    <div className="banner tone-fault">
      <Icon name="offline" />
      <span>No connection to the gateway for {formatDuration(Math.max(1_000, now - since))}.</span>
      <span className="detail">
        What you see is from {formatTimeOfDay(since)} and may be wrong now. {next}
      </span>
      <Button small onClick={() => connection.retryNow()} disabled={nextAttemptAt === null}>
        Try now
      </Button>
    </div>
  );
}
