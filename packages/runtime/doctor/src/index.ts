export type { Check, CheckResult, CheckStatus } from './check.js';
export { checks } from './checks/index.js';
export { examine, isWeak, type Examined } from './examine.js';
export type { DoctorFacts, RunningFacts } from './facts/doctor-facts.js';
export { listeningPorts, processTree, type ListeningPort } from './facts/listening-ports.js';
