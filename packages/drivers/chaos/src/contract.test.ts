import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { chaosContract } from './testing.js';

driverContractSuite('chaos, polled (§3.2, §9.5)', chaosContract());
driverContractSuite('chaos, subscribed to (§3.2, §9.5)', chaosContract({ delivery: 'subscribe', updateMs: 20 }));
