export { parseDockerfile, type Dockerfile, type Instruction, type BuildStage } from './dockerfile.js';
