import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { modbusRtuContract } from './testing/index.js';

driverContractSuite('the Modbus RTU driver', modbusRtuContract);
