import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { mqttContract } from './testing/index.js';

driverContractSuite('the MQTT driver (§3.2, §9.4)', mqttContract);
