import { fail, ok, type Check } from '../check.js';
import { isLoopback, section } from '../facts/doctor-facts.js';

/** Tokens and passwords in clear on a network (IEC 62443-4-2, CR 3.1, CR 4.1). */
export const adminHttp: Check = {
  id: 'admin-http',
  run(facts) {
    const { running } = facts;
    if (section(facts, 'tls').enabled === true) return ok('the console and the Admin API are served over TLS');
    if (!running) return ok('no gateway runs: nothing is served');
    if (isLoopback(running.bind)) return ok(`the console and the Admin API are reached from this machine only (${running.bind})`); // prettier-ignore
    return fail(
      `the console and the Admin API are served without TLS on ${running.bind}: tokens and passwords pass in clear`,
      'publish a plant with `tls: { enabled: true }`, or start with --bind 127.0.0.1 behind a proxy that does TLS',
    );
  },
};
