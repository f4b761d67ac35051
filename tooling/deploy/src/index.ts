export { parseDockerfile, type Dockerfile, type Instruction, type Stage } from './dockerfile.js';
