import { closeSync, fstatSync, readdirSync } from 'node:fs';

/** What this process has open, where the kernel says so (proc(5)). */
const openDescriptors = '/proc/self/fd';

/** 0 to 2 are what its parent gave it on purpose. */
const lastStandardDescriptor = 2;

/**
 * Closes every file that the parent of this process had open when it started it. LMDB opens its databases without O_CLOEXEC, and Node can't
 * set it afterwards: each child of the gateway starts with a descriptor that writes into the gateway's own records. Pipes and sockets
 * stay. Called first of all by each program that the gateway starts, before anything is loaded that it opens files for, or that is not
 * the gateway's own. Returns how many there were; 0 where the kernel does not tell.
 */
export function closeInheritedFiles(): number {
  let closed = 0;
  for (const name of descriptors()) {
    const descriptor = Number(name);
    if (descriptor <= lastStandardDescriptor || !isFile(descriptor)) continue;
    closeSync(descriptor);
    closed += 1;
  }
  return closed;
}

function descriptors(): readonly string[] {
  try {
    return readdirSync(openDescriptors);
  } catch {
    return [];
  }
}

/** The descriptor that the directory was read with is gone by then. */
function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}
