import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { s7Contract } from './testing/index.js';

driverContractSuite('s7 (§3.2, §9.2)', s7Contract);
