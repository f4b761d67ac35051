import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { modbusContract, rtuOverTcpContract } from './testing/index.js';

driverContractSuite('the Modbus driver (§3.2, §9.1)', modbusContract);
driverContractSuite('the Modbus driver over RTU over TCP (§3.2, §9.1)', rtuOverTcpContract);
