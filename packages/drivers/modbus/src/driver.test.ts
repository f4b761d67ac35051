import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { modbusContract } from './testing.js';

driverContractSuite('the Modbus driver', modbusContract);
