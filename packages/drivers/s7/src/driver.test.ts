import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { s7Contract } from './testing.js';

driverContractSuite('s7 (§3.2, §9.2)', s7Contract);
