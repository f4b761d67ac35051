import { readdirSync, readFileSync, statSync } from 'node:fs';
import { processIdentity } from './process-identity.js';

/** In the environment of each Host, hence of all that a driver starts, also in a session of its own. */
export const markVariable = 'FIELDWARDEN_GATEWAY';

/** Whose processes they are: the home directory, then the process that runs it. One gateway runs on a home at a time. */
export interface GatewayMark {
  readonly home: string;
  readonly whole: string;
}

/** Undefined where there is no /proc, or no such folder. */
export function gatewayMark(stateDir: string): GatewayMark | undefined {
  const identity = processIdentity(process.pid);
  if (!identity) return undefined;
  const folder = statSync(stateDir, { throwIfNoEntry: false });
  if (!folder) return undefined;
  const { dev, ino } = folder;
  const home = `${dev}-${ino}:`;
  return { home, whole: `${home}${process.pid}-${identity.startTicks}` };
}

/** Processes that an earlier gateway on this home has left, whatever group or session they moved to. */
export function strayPids({ home, whole }: GatewayMark): readonly number[] {
  return processIds().filter((pid) => {
    const mark = markOf(pid);
    return pid !== process.pid && mark?.startsWith(home) === true && mark !== whole;
  });
}

function markOf(pid: number): string | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return entries.find((entry) => entry.startsWith(`${markVariable}=`))?.slice(markVariable.length + 1);
  } catch {
    return undefined; // gone, or another user's
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
