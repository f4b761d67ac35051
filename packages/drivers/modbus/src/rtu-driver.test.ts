import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { modbusRtuContract } from './testing/index.js';

driverContractSuite('the Modbus RTU driver (§3.2, §9.1)', modbusRtuContract);
