import { readdirSync } from 'node:fs';
import { runStep, type Step } from './run-step.js';

/** Argument: a `Step` as JSON. Prints its `StepResult` as JSON. */
const step = JSON.parse(process.argv[2]) as Step;
console.log(JSON.stringify(await runStep(step, () => readdirSync('/proc/self/fd').length)));
