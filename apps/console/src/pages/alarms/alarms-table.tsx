import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useMay } from '../../access/use-may.js';
import type { AlarmRow } from '@fieldwarden/admin-contract';
import type { AlarmAct } from '../../api/alarm-requests.js';
import { formatTagValue } from '../../format/tag-value.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { MenuButton } from '../../parts/menu-button.js';
import { Time } from '../../parts/time.js';
import { actsOn, actWords } from '../../alarms/alarm-acts.js';
import { limitWords, stateLook } from '../../alarms/alarm-words.js';

interface AlarmsTableProps {
  readonly alarms: readonly AlarmRow[];
  readonly onAct: (alarm: AlarmRow, act: AlarmAct) => void;
}

export function AlarmsTable({ alarms, onAct }: AlarmsTableProps): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table alarms">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Alarm</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <Row key={`${alarm.driverId}/${alarm.device}/${alarm.conditionId}`} alarm={alarm} onAct={onAct} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ alarm, onAct }: { readonly alarm: AlarmRow; readonly onAct: AlarmsTableProps['onAct'] }): ReactElement {
  const { tone, icon, word } = stateLook(alarm);
  return (
    <tr className={alarm.active ? 'is-active' : undefined}>
      <td>
        <Badge
          tone={tone}
          icon={icon}
          word={word}
          meaning={alarm.current ? undefined : 'What it was when it was told last'}
        />
        <div className="soft">
          {`${alarm.priority} priority`}
          {alarm.limitState !== null && `, ${limitWords[alarm.limitState]} limit`}
          {alarm.firstOut && <strong>, first</strong>}
        </div>
      </td>
      <td>
        <strong>{alarm.message}</strong>
        <Facts alarm={alarm} />
      </td>
      <td className="number">
        {alarm.value === null ? '–' : formatTagValue(alarm.value)}
        {alarm.quality !== null && alarm.quality !== 'Good' && <div className="soft">{alarm.quality}</div>}
      </td>
      <td>
        <Time at={alarm.at} />
        {alarm.shelved && (
          <div className="soft">
            back <Time at={alarm.shelvedUntil} />
          </div>
        )}
      </td>
      <td>
        <Acts alarm={alarm} onAct={onAct} />
      </td>
    </tr>
  );
}

function Facts({ alarm }: { readonly alarm: AlarmRow }): ReactElement {
  const { response, comment, source, driverId, device, area, repeats, frozen } = alarm;
  const place = [driverId, device].filter(Boolean).join('/') || area;
  return (
    <>
      <div className="soft">
        {source === '' ? (
          place
        ) : (
          <Link className="mono" href={`/trends?pen=${source}&last=1h`}>
            {source}
          </Link>
        )}
        {repeats > 0 && ` · again ${repeats} times`}
        {frozen && ' · its inputs are not Good, so it stays as it was'}
      </div>
      {response !== null && response !== '' && <div>What to do: {response}</div>}
      {comment !== null && comment !== '' && <div className="soft">“{comment}”</div>}
    </>
  );
}

function Acts({ alarm, onAct }: { readonly alarm: AlarmRow; readonly onAct: AlarmsTableProps['onAct'] }): ReactElement {
  const may = useMay('acknowledge', alarm.area ?? undefined);
  const [first, ...rest] = actsOn(alarm);
  return (
    <span className="acts">
      <Button
        small
        may={may}
        aria-label={`${actWords[first].label}: ${alarm.message}`}
        onClick={() => onAct(alarm, first)}
      >
        {actWords[first].label}
      </Button>
      {rest.length > 0 && (
        <MenuButton
          description={`More for ${alarm.message}`}
          items={rest.map((act) => ({ label: actWords[act].label, may, onSelect: () => onAct(alarm, act) }))}
        />
      )}
    </span>
  );
}
