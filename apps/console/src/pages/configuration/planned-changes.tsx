import type { ApplyAction, ApplyStep, ConfigChange } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import type { PlannedChanges } from '../../api/config-requests.js';
import { counted, formatCount } from '../../format/numbers.js';
import { Badge } from '../../parts/badge.js';
import type { IconName } from '../../parts/icon.js';
import type { Tone } from '../../fleet/state-words.js';

const looks: Readonly<Record<ApplyAction, { readonly word: string; readonly tone: Tone; readonly icon: IconName }>> = {
  add: { word: 'new driver', tone: 'good', icon: 'check' },
  remove: { word: 'removed', tone: 'fault', icon: 'close' },
  start: { word: 'starts', tone: 'good', icon: 'right' },
  stop: { word: 'stops', tone: 'warning', icon: 'stopped' },
  move: { word: 'moves', tone: 'busy', icon: 'hosts' },
  restart: { word: 'restarts', tone: 'warning', icon: 'retry' },
  devices: { word: 'devices', tone: 'busy', icon: 'configuration' },
  tags: { word: 'tags', tone: 'busy', icon: 'tags' },
  settings: { word: 'settings', tone: 'busy', icon: 'configuration' },
  gateway: { word: 'gateway', tone: 'busy', icon: 'configuration' },
};

/** What will happen, driver by driver, and the differences that cause it. */
export function PlannedChangesView({ diff }: { readonly diff: PlannedChanges }): ReactElement {
  const { steps, changes, leftOff } = diff;
  if (changes.length === 0 && steps.length === 0) return <p>Nothing: the text means what runs already.</p>;
  return (
    <>
      <section aria-label="What will happen">
        <h3>What will happen</h3>
        {steps.length === 0 ? <p>Nothing that runs is touched.</p> : <Steps steps={steps} />}
      </section>
      <details className="changes">
        <summary>{counted(changes.length + leftOff, 'difference')} in the document</summary>
        <Changes changes={changes} />
      </details>
    </>
  );
}

function Steps({ steps }: { readonly steps: readonly ApplyStep[] }): ReactElement {
  return (
    <ul className="steps">
      {steps.map((step, index) => {
        const { word, tone, icon } = looks[step.action];
        return (
          <li key={`${step.driverId ?? ''} ${step.action} ${step.device ?? ''} ${index}`}>
            <span>
              <Badge tone={tone} icon={icon} word={word} />
            </span>
            <strong>{step.driverId ?? 'Gateway'}</strong>
            <span>
              {step.reason} {step.reconnect && <Badge tone="warning" icon="retry" word="reconnects" />}
            </span>
          </li>
        );
      })}
      <li className="soft">Every other driver keeps its process, its connections and its scans.</li>
    </ul>
  );
}

const shownChanges = 300;

function Changes({ changes }: { readonly changes: readonly ConfigChange[] }): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, shownChanges).map(({ path, kind, before, after }) => (
            <tr key={path}>
              <td className="mono">{path}</td>
              <td className="mono before">{kind === 'added' ? '' : brief(before)}</td>
              <td className="mono after">{kind === 'removed' ? '' : brief(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length > shownChanges && <p className="soft">And {formatCount(changes.length - shownChanges)} more.</p>}
    </div>
  );
}

const briefCharacters = 160;

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > briefCharacters ? `${text.slice(0, briefCharacters)} …` : text;
}
