export { authorityContractSuite } from './authority-contract.js';
export type { AuthorityFixture } from './authority-fixture.js';
export { PostgresServer } from './postgres-server.js';
export { ada, noSeal, samplePlant, samplePublish } from './samples.js';
