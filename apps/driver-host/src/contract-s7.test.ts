import { s7Contract } from '@fieldwarden/driver-s7/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('s7 in a Host (§3.3, §3.5)', s7Contract, openHostedSession);
