import type { Device, DeviceTest, DriverDetail } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useMay } from '../../access/use-may.js';
import { testDriver } from '../../api/driver-requests.js';
import { badTagsWords } from '../../fleet/bad-tags-concern.js';
import { formatAchieved, formatInterval } from '../../format/times.js';
import { Badge, DeviceBadge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { Time } from '../../parts/time.js';
import { useAttempt } from '../../parts/use-attempt.js';

export function DeviceTable({ driver }: { readonly driver: DriverDetail }): ReactElement {
  const { tests, busy, error, run } = useDeviceTests(driver.id);
  const may = useMay('operate');
  const isStopped = driver.state === 'Stopped';
  if (driver.devices.length === 0) {
    return <EmptyState title="The driver has no devices yet">Add one on the page Configuration.</EmptyState>;
  }
  return (
    <>
      <div className="body toolbar">
        <Button small may={may} disabled={busy || isStopped} onClick={run}>
          {busy ? 'Asking every device …' : 'Ask every device now'}
        </Button>
        <span className="soft">
          {isStopped
            ? 'The driver is stopped: start it first.'
            : 'One cheap exchange with each, also with those that are off scan.'}
        </span>
      </div>
      {error && <ProblemNote error={error} title="The devices could not be asked" />}
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Tags
              </th>
              <th scope="col" className="number">
                Failures
              </th>
              <th scope="col">Scans</th>
              <th scope="col">Last error</th>
              {tests && <th scope="col">Asked now</th>}
            </tr>
          </thead>
          <tbody>
            {driver.devices.map((device) => (
              <DeviceRow
                key={device.id}
                driverId={driver.id}
                device={device}
                test={tests?.find((test) => test.device === device.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function useDeviceTests(driverId: string) {
  const [tests, setTests] = useState<readonly DeviceTest[]>();
  const { busy, error, run } = useAttempt();
  const test = async (): Promise<void> => setTests((await testDriver(driverId)).devices);
  return { tests, error, busy, run: () => void run(test) };
}

interface DeviceRowProps {
  readonly driverId: string;
  readonly device: Device;
  readonly test: DeviceTest | undefined;
}

function DeviceRow({ driverId, device, test }: DeviceRowProps): ReactElement {
  const { id, state, tags, consecutiveFailures, scans, lastError } = device;
  return (
    <tr>
      <td>{id}</td>
      <td className="live">
        <DeviceBadge state={state} tagsBad={device.tagsBad} />
      </td>
      <td className="number">
        <Link href={`/tags?search=${encodeURIComponent(`${driverId}/${id}`)}`}>{tags}</Link>
        {device.tagsBad > 0 && (
          <div className="nowrap">
            <Link href={`/tags?search=${encodeURIComponent(`${driverId}/${id}`)}&bad=true`}>
              {badTagsWords(device)}
            </Link>
          </div>
        )}
      </td>
      <td className="number live">{consecutiveFailures}</td>
      <td className="live">
        {scans.map(({ requestedMs, achievedMs, overruns }) => (
          <div key={requestedMs} className="nowrap">
            {formatAchieved(achievedMs, requestedMs)}
            {overruns > 0 && <span className="soft">, {overruns} overruns</span>}
          </div>
        ))}
      </td>
      <td>
        {lastError ? (
          <>
            {lastError.message} (<Time at={lastError.at} />)
          </>
        ) : (
          <span className="soft">none</span>
        )}
      </td>
      {test && (
        <td>
          <TestResult test={test} />
        </td>
      )}
    </tr>
  );
}

function TestResult({ test: { ok, durationMs, error } }: { readonly test: DeviceTest }): ReactElement {
  if (ok) return <Badge tone="good" icon="check" word={`answered in ${formatInterval(durationMs)}`} />;
  return (
    <span>
      <Badge tone="fault" icon="fault" word="no answer" /> {error?.message}
    </span>
  );
}
