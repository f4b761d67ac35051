import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { afterAll } from 'vitest';
import { opcUaClientContract, stopSharedServer } from './testing/index.js';

driverContractSuite('the OPC UA client driver (§3.2, §9.3)', opcUaClientContract);

afterAll(stopSharedServer);
