import { chaosContract } from '@fieldwarden/driver-chaos/testing';
import { modbusContract } from '@fieldwarden/driver-modbus/testing';
import { s7Contract } from '@fieldwarden/driver-s7/testing';
import { simulatorContract } from '@fieldwarden/driver-simulator/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('modbus in a Host', modbusContract, openHostedSession);
driverContractSuite('s7 in a Host', s7Contract, openHostedSession);
driverContractSuite('simulator in a Host', simulatorContract(), openHostedSession);
driverContractSuite('chaos in a Host', chaosContract(), openHostedSession);
