import type { Service } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { testNotification } from '../../api/service-requests.js';
import { counted } from '../../format/numbers.js';
import { Button } from '../../parts/button.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { toast } from '../../parts/toasts.js';
import { useAttempt } from '../../parts/use-attempt.js';
import { channelsOf, type NotificationChannel } from './channels-of.js';

/** The ways by which people are told of alarms, each with a test. */
export function NotificationChannels({ detail }: Pick<Service, 'detail'>): ReactElement | null {
  const channels = channelsOf(detail);
  if (channels.length === 0) return null;
  return (
    <ul className="channels" aria-label="Channels">
      {channels.map((channel) => (
        <Channel key={channel.id} channel={channel} />
      ))}
    </ul>
  );
}

function Channel({ channel }: { readonly channel: NotificationChannel }): ReactElement {
  const { id, type, waiting, problem } = channel;
  const { busy, error, run } = useAttempt();
  const test = async (): Promise<void> => {
    const { outcome, message } = await testNotification(id);
    if (outcome === 'sent') toast('good', `${id} took a test`);
    else toast('fault', `${id} did not take a test: ${message ?? ''}`);
  };
  return (
    <li>
      <span className="mono">{id}</span> <span className="soft">{type}</span>{' '}
      <span className="live">
        {counted(waiting, 'alarm')} to be told{problem !== null && `: ${problem}`}
      </span>{' '}
      <Button
        small
        may={useMay('operate')}
        disabled={busy}
        aria-label={`Test channel ${id}`}
        onClick={() => void run(test)}
      >
        Test
      </Button>
      {error && <ProblemNote error={error} title={`${id} was not tested`} />}
    </li>
  );
}
