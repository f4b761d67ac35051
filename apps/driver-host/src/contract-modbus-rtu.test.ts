import { modbusRtuContract } from '@fieldwarden/driver-modbus/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('modbus-rtu in a Host (§3.3, §3.5)', modbusRtuContract, openHostedSession);
