import { fail, ok, warn, type Check } from '../check.js';
import { isLoopback, section } from '../facts/doctor-facts.js';

/** Clients without a name over a channel without protection. */
export const opcuaOpen: Check = {
  id: 'opcua-open',
  run(facts) {
    const { enabled, anonymous, securityPolicies, bind } = section(facts, 'opcua');
    if (!facts.document) return ok('there is no plant yet');
    if (enabled === false) return ok('the OPC UA server is off');
    if (anonymous !== true && anonymous !== 'viewer') return ok('OPC UA clients need an account');
    const open = Array.isArray(securityPolicies) && securityPolicies.includes('None');
    const remedy = 'take `anonymous` out of the section opcua, and `None` out of its securityPolicies';
    if (!open && anonymous === 'viewer') return ok('OPC UA clients without a name read, over an encrypted channel');
    if (!open) return warn('anonymous OPC UA clients are let in, and write', remedy);
    const where = facts.running?.bind ?? (typeof bind === 'string' ? bind : '127.0.0.1');
    const what = 'anonymous OPC UA clients are let in without encryption';
    return isLoopback(where)
      ? warn(`${what}, from this machine`, remedy)
      : fail(`${what}, from wherever ${where} is reached: everybody there reads${anonymous === true ? ', and writes what the plant lets be written' : ''}`, remedy); // prettier-ignore
  },
};
