import { ok, warn, type Check } from '../check.js';
import { record, section } from '../facts/doctor-facts.js';
import { listOf } from '../facts/kept-lists.js';

/** A server that admits nobody looks broken to whoever tries the first client. */
export const opcuaUsers: Check = {
  id: 'opcua-users',
  run(facts) {
    const { enabled, anonymous } = section(facts, 'opcua');
    if (!facts.document) return ok('there is no plant yet');
    if (enabled === false) return ok('the OPC UA server is off');
    if (anonymous === true || anonymous === 'viewer') return ok('OPC UA clients are let in without a name');
    const people = listOf(facts.home, 'accounts.json', 'accounts').filter((account) => account.enabled !== false);
    if (people.length > 0) return ok(`${people.length === 1 ? 'one account' : `${people.length} accounts`} may sign in at the OPC UA server`); // prettier-ignore
    if (record(section(facts, 'access').ldap)) return ok('people of the directory may sign in at the OPC UA server');
    return warn(
      'no OPC UA client gets in: there is no account yet, and none is let in without one',
      'make an account: fieldwarden users add NAME --role operator; or let clients look without a name: opcua: { anonymous: viewer }',
    );
  },
};
