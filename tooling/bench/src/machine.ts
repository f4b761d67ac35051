import { arch, cpus, platform, release, totalmem } from 'node:os';

/** Where figures were measured; figures of different machines are not compared. */
export interface MeasuredMachine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): MeasuredMachine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? arch(),
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
  };
}
