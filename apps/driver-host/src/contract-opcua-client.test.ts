import { opcUaClientContract, stopSharedServer } from '@fieldwarden/driver-opcua-client/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { afterAll } from 'vitest';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('opcua-client in a Host (§3.3, §3.5)', opcUaClientContract, openHostedSession);

afterAll(stopSharedServer);
