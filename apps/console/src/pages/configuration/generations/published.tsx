import type { PublishAnswer } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { formatInterval } from '../../../format/times.js';
import { Note } from '../../../parts/problem-note.js';
import { toast } from '../../../parts/toasts.js';
import { refreshResources } from '../../../state/resources.js';

/** Says what became of a publish or a roll-back, and looks at everything anew. */
export function tellPublished({ generation, published, applyMs, failures }: PublishAnswer): void {
  refreshResources();
  if (!published) toast('good', `Generation ${generation} runs already: nothing to publish`);
  else if (failures.length > 0)
    toast('warning', `Generation ${generation} is published, but not everything could be applied`);
  else toast('good', `Generation ${generation} is published, and was applied in ${formatInterval(applyMs)}`);
}

export function PublishFailures({
  answer: { generation, failures },
}: {
  readonly answer: PublishAnswer;
}): ReactElement {
  return (
    <Note
      tone="warning"
      icon="warning"
      title={`Generation ${generation} is published; these steps did not come to their end`}
      role="alert"
    >
      <ul>
        {failures.map(({ driverId, message }) => (
          <li key={`${driverId ?? ''} ${message}`} className="detail">
            <strong>{driverId ?? 'Gateway'}</strong>: {message}
          </li>
        ))}
      </ul>
    </Note>
  );
}
