import type { ReactElement } from 'react';
import { purgeOutlet } from '../../api/service-requests.js';
import { Confirmation } from '../../fleet/confirmation.js';
import { formatBytes } from '../../format/bytes.js';
import { counted } from '../../format/numbers.js';
import { toast } from '../../parts/toasts.js';
import type { OutletView } from './outlet-view.js';

interface PurgeDialogProps {
  readonly outlet: OutletView;
  readonly onClose: () => void;
}

/** A second look before messages are gone for good. */
export function PurgeDialog({ outlet, onClose }: PurgeDialogProps): ReactElement {
  const { service, pending, bytes } = outlet;
  const { id } = service;
  return (
    <Confirmation
      title={`Give up what waits: ${id}`}
      consequences={[
        `${counted(pending, 'message')} (${formatBytes(bytes)}) that no broker has yet are gone for good.`,
        'They are counted as given up by hand, and the events say who did it.',
        'Connection, new values and other outlets do not notice.',
      ]}
      label="Give up"
      doing="Giving up"
      interrupts
      notDone="Nothing was given up"
      carryOut={async () => toast('good', `${counted(await purgeOutlet(id), 'message')} of ${id} given up`)}
      onClose={onClose}
    />
  );
}
