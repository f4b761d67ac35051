import type { ReactElement, ReactNode } from 'react';
import { formatBytes } from '../../format/bytes.js';
import { counted, formatCount, formatRate } from '../../format/numbers.js';
import { Time } from '../../parts/time.js';
import { dropReasons } from './drop-reasons.js';
import type { OutletView, SparkplugView } from './outlet-view.js';

export function OutletFacts({ outlet }: { readonly outlet: OutletView }): ReactElement {
  const { broker, version, clientId, reconnects, pending, bytes, oldestAt, inFlight, published, publishedPerSecond } =
    outlet;
  const { tags, listening, droppedBy, sparkplug } = outlet;
  return (
    <div className="fact-columns">
      <dl className="facts">
        <Fact name="Broker">{broker === null ? 'none' : <span className="mono">{broker}</span>}</Fact>
        <Fact name="MQTT">{version === null ? '–' : `version ${version}`}</Fact>
        <Fact name="Client id">{clientId === null ? '–' : <span className="mono">{clientId}</span>}</Fact>
        <Fact name="Reconnected">{counted(reconnects, 'time')}</Fact>
        <Fact name="Commands">{commandWords(listening)}</Fact>
        {sparkplug && (
          <Fact name="Sparkplug node">
            <span className="mono">
              {sparkplug.group}/{sparkplug.node}
            </span>
            , {sparkplug.session}
          </Fact>
        )}
        {isBoth(sparkplug) && (
          <Fact name="Of it Sparkplug">
            {sparkplug.pending === 0 ? 'nothing' : counted(sparkplug.pending, 'message')} waiting,{' '}
            {formatCount(sparkplug.published)} published, {formatCount(sparkplug.dropped)} given up
          </Fact>
        )}
      </dl>
      <dl className="facts">
        <Fact name="Waiting">
          {pending === 0 ? 'nothing' : `${counted(pending, 'message')}, ${formatBytes(bytes)}`}
          {inFlight > 0 && `, ${formatCount(inFlight)} of them under way`}
        </Fact>
        {oldestAt !== null && pending > 0 && (
          <Fact name="Oldest">
            <Time at={oldestAt} />
          </Fact>
        )}
        <Fact name="Published">
          {formatCount(published)} since its start, {formatRate(publishedPerSecond)} a second
        </Fact>
        <Fact name="Tags">{formatCount(tags)}</Fact>
        <Fact name="Given up">{dropReasons(droppedBy) ?? 'nothing'}</Fact>
      </dl>
    </div>
  );
}

/** It has a connection beside that of the JSON topics: the figures of the card are the sums. */
function isBoth(sparkplug: SparkplugView | null): sparkplug is SparkplugView {
  return sparkplug !== null && sparkplug.connected !== null;
}

function commandWords(listening: boolean | null): string {
  if (listening === null) return 'not taken';
  return listening ? 'taken' : 'taken, but not listening now';
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd className="live">{children}</dd>
    </>
  );
}
