import type { ReactElement } from 'react';
import { servicesResource } from '../../api/service-requests.js';
import { counted } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';
import { isMqttOutlet, outletView } from './outlet-view.js';
import { OutletCard } from './outlet-card.js';
import './mqtt.css';

/** What outlets say of themselves is told by no event. */
const everyMs = 2_000;

const example = `mqtt:
  url: mqtt://broker.plant:1883
  commands: false`;

/** The brokers that values go to: is there a connection, what waits, what was given up. */
export function MqttPage(): ReactElement {
  const state = useResource(servicesResource, everyMs);
  const outlets = state.data?.filter(isMqttOutlet);
  return (
    <div className="page">
      <header>
        <h1>MQTT</h1>
        <span className="soft">{outlets && counted(outlets.length, 'outlet')}</span>
      </header>
      <Loaded state={state} what="the outlets">
        {() =>
          outlets?.length ? (
            <div className="outlets">
              {outlets.map((service) => (
                <OutletCard key={service.id} outlet={outletView(service)} />
              ))}
            </div>
          ) : (
            <NoOutlet />
          )
        }
      </Loaded>
    </div>
  );
}

function NoOutlet(): ReactElement {
  return (
    <section className="card" aria-label="MQTT outlets">
      <EmptyState title="No broker yet" command={example}>
        <p>
          An outlet publishes every tag to an MQTT broker, and keeps on disk what cannot go out. It is a section of the
          plant document, on the page Configuration:
        </p>
      </EmptyState>
    </section>
  );
}
