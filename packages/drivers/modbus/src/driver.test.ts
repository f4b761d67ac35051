import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { modbusContract, rtuOverTcpContract } from './testing/index.js';

driverContractSuite('the Modbus driver', modbusContract);
driverContractSuite('the Modbus driver over RTU over TCP', rtuOverTcpContract);
