import { chaosContract } from '@fieldwarden/driver-chaos/testing';
import { simulatorContract } from '@fieldwarden/driver-simulator/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('simulator in a Host (§3.3, §3.5)', simulatorContract(), openHostedSession);
driverContractSuite('chaos in a Host (§3.3, §3.5)', chaosContract(), openHostedSession);
