import { memoryContract } from './contract/memory-driver.js';
import { driverContractSuite } from './contract-suite.js';

driverContractSuite('a correct driver', memoryContract());
