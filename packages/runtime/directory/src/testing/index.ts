export { makeCertificates } from './certificates.js';
export { group, hasSlapd, person, serviceDn, servicePassword, Slapd, type SlapdOptions } from './slapd.js';
