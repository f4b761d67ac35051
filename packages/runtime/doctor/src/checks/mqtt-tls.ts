import { fail, ok, warn, type Check } from '../check.js';
import { isLoopback, record, sections, type DoctorFacts } from '../facts/doctor-facts.js';

/** Brokers beyond this machine without TLS: outlets and drivers. */
export const mqttTls: Check = {
  id: 'mqtt-tls',
  run(facts) {
    const open = linksOf(facts).filter(({ url }) => isOpen(url));
    if (open.length === 0) return ok('no connection to a broker leaves this machine without TLS');
    const names = open.map(({ id }) => id).join(', ');
    const remedy = 'give it a url with mqtts:// or wss://, and the broker a certificate';
    return open.some(({ signsIn }) => signsIn)
      ? fail(`${names}: name and password pass to the broker in clear`, remedy)
      : warn(`${names}: values and commands pass to the broker in clear`, remedy);
  },
};

interface BrokerLink {
  readonly id: string;
  readonly url: string;
  readonly signsIn: boolean;
}

function linksOf(facts: DoctorFacts): readonly BrokerLink[] {
  const outlets = sections(facts, 'mqtt').map((outlet) => linkOf(outlet.id ?? 'mqtt', outlet));
  const drivers = sections(facts, 'drivers')
    .filter(({ type }) => type === 'mqtt')
    .map(({ id, options }) => linkOf(id, record(options) ?? {}));
  return [...outlets, ...drivers];
}

function linkOf(id: unknown, { url, username }: Readonly<Record<string, unknown>>): BrokerLink {
  return { id: String(id), url: typeof url === 'string' ? url : '', signsIn: typeof username === 'string' };
}

/** A url that is a reference says nothing here. */
function isOpen(url: string): boolean {
  return /^(?:mqtt|ws):\/\//i.test(url) && URL.canParse(url) && !isLoopback(new URL(url).hostname);
}
