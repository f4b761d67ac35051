import type { AlarmRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { actOnAlarm, alarmsResource, type AlarmAct } from '../../api/alarm-requests.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { toast } from '../../parts/toasts.js';
import { actWords, needsNote, shelfTimes } from '../../alarms/alarm-acts.js';

interface AlarmDialogProps {
  readonly alarm: AlarmRow;
  readonly act: AlarmAct;
  readonly onClose: () => void;
}

/** Asks for a note, and for how long where that matters; says what became of it, no more. */
export function AlarmDialog({ alarm, act, onClose }: AlarmDialogProps): ReactElement {
  const { label, doing, meaning, done } = actWords[act];
  const [note, setNote] = useState('');
  const [shelf, setShelf] = useState(1);
  const may = useMay('acknowledge', alarm.area ?? undefined);
  const required = needsNote(act, alarm);
  const carryOut = async (): Promise<void> => {
    const { driverId, device, conditionId, eventId } = alarm;
    const { forMs, once } = shelfTimes[shelf];
    const answer = await actOnAlarm(act, {
      driverId,
      device,
      conditionId,
      ...(act === 'acknowledge' || act === 'confirm' ? { eventId } : {}),
      comment: note.trim(),
      ...(act === 'shelve' && { forMs, once }),
    });
    alarmsResource.refresh();
    tell(alarm, done, answer);
  };
  return (
    <FormDialog
      title={`${label}: ${alarm.message}`}
      label={label}
      doing={doing}
      notDone="Nothing was changed"
      complete={!required || note.trim() !== ''}
      may={may}
      carryOut={carryOut}
      onDone={onClose}
      onCancel={onClose}
    >
      <p className="soft">{meaning}</p>
      {act === 'shelve' && (
        <label>
          For
          <select className="select" value={shelf} onChange={(event) => setShelf(Number(event.target.value))}>
            {shelfTimes.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {act !== 'unshelve' && (
        <label>
          {required ? 'Note' : 'Note, if you like'}
          <input className="input" value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
        </label>
      )}
    </FormDialog>
  );
}

function tell({ message }: AlarmRow, done: string, { outcome, status }: { outcome: string; status: string }): void {
  if (outcome === 'done') toast('good', `${message}: ${done}`);
  else if (outcome === 'sent' || outcome === 'unknown')
    toast('warning', `${message}: the device was told and has not answered yet`);
  else toast('fault', `${message}: not ${done}, ${status}`);
}
