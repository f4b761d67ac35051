import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { chaosContract } from './testing.js';

driverContractSuite('chaos, polled', chaosContract());
driverContractSuite('chaos, subscribed to', chaosContract({ delivery: 'subscribe', updateMs: 20 }));
