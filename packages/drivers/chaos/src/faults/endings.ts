/** Called from a timer, where nothing catches it. The name stands in the post-mortem. */
export function throwFromTimer(): never {
  throw new Error('chaos: thrown from a timer, on command');
}

export function rejectUnhandled(): void {
  void Promise.reject(new Error('chaos: a rejection that nobody handles, on command'));
}

/** Holds the main thread for good. The name stands in the stack that the watchdog reports. */
export function spinForEver(): never {
  for (;;);
}

export function exitWith(code: number): never {
  process.exit(code);
}

export function killSelf(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** As a native library that finds its state broken. */
export function abortSelf(): void {
  leaveNoCore();
  process.abort();
}

/** A core file of the whole heap for every demonstration would fill the disk: from here none can be written. */
function leaveNoCore(): void {
  try {
    process.chdir('/proc/self');
  } catch {
    // no such place on this system, and no core files either
  }
}
