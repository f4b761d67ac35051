import { memoryContract } from './contract/memory/memory-driver.js';
import { driverContractSuite } from './contract-suite.js';

driverContractSuite('a correct driver', memoryContract());
