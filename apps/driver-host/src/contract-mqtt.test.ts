import { mqttContract } from '@fieldwarden/driver-mqtt/testing';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { openHostedSession } from './test-drivers/open-hosted-session.js';

driverContractSuite('mqtt in a Host (§3.3, §3.5)', mqttContract, openHostedSession);
