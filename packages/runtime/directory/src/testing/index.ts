export { makeCertificates } from './certificates.js';
export { group, hasSlapd, person, serviceDn, servicePassword, Slapd, type SlapdOptions } from './slapd.js';
export { TestProvider, type TestProviderOptions } from './test-provider.js';
