import { useState, type ReactElement } from 'react';
import { useFleet } from '../../fleet/use-fleet.js';
import { Note } from '../../parts/problem-note.js';
import { Tabs, type Tab } from '../../parts/tabs.js';
import './configuration.css';
import { DraftTab } from './draft-tab.js';
import { GenerationsTab } from './generations/generations-tab.js';
import { PublishedTab } from './generations/published-tab.js';

const tabs: readonly Tab[] = [
  { id: 'draft', label: 'Draft' },
  { id: 'published', label: 'Published' },
  { id: 'generations', label: 'Generations' },
];

export function ConfigurationPage(): ReactElement {
  const [tab, setTab] = useState('draft');
  return (
    <div className="page">
      <h1>Configuration</h1>
      <ConfigurationNotes />
      <section className="card" aria-label="Configuration">
        <Tabs label="Parts of the configuration" tabs={tabs} selected={tab} onSelect={setTab}>
          {tab === 'draft' && <DraftTab />}
          {tab === 'published' && <PublishedTab />}
          {tab === 'generations' && <GenerationsTab />}
        </Tabs>
      </section>
    </div>
  );
}

/** The same words as on the overview, where they are needed most. */
function ConfigurationNotes(): ReactElement {
  const { concerns } = useFleet();
  const ours = concerns.filter(({ link }) => link === '/configuration');
  return (
    <>
      {ours.map(({ key, what, why, next }) => (
        <Note key={key} tone="warning" icon="warning" title={what} role="status">
          <p className="detail">
            {why} {next}
          </p>
        </Note>
      ))}
    </>
  );
}
