import { ok, warn, type Check } from '../check.js';
import { section, sections } from '../facts/doctor-facts.js';

/** Only what the README says is open. */
export const ports: Check = {
  id: 'ports',
  run(facts) {
    const { running } = facts;
    if (!running) return ok('no gateway runs: it has no port open');
    if (!running.listening) return ok('which ports are open cannot be seen from here');
    const modbus = section(facts, 'modbusServer');
    const own = sections(facts, 'services').flatMap(
      ({ options }) => Number((options as { port?: unknown } | undefined)?.port) || [],
    );
    const known = new Set([...Object.values(running.ports), Number(modbus.port ?? 1502), ...own]);
    const foreign = running.listening.filter(({ port }) => !known.has(port));
    if (foreign.length === 0) return ok(`open are ${Object.entries(running.ports).map(([what, port]) => `${port} (${what})`).join(', ')}, on ${running.bind}`); // prettier-ignore
    const named = foreign.map(({ address, port }) => `${address}:${port}`).join(', ');
    return warn(`the gateway or a process of it also listens on ${named}`, 'find out which driver or service of a third party opens it, and whether it has to'); // prettier-ignore
  },
};
