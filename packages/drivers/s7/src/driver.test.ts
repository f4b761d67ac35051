import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { s7Contract } from './testing.js';

driverContractSuite('s7', s7Contract);
