import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Who sets the clock, and whether the kernel takes it for right; undefined where that cannot be seen. */
export interface TimeSource {
  /** `chrony`; undefined: nobody that is known. */
  readonly name: string | undefined;
  readonly isSynchronised: boolean | undefined;
}

/** Where each says that it runs, below `/run`. */
const traces = {
  'systemd-timesyncd': ['systemd/timesync'],
  chrony: ['chrony/chronyd.pid', 'chrony/chronyd.sock', 'chronyd.pid'],
  ntpd: ['ntpd.pid', 'ntpsec/ntpd.pid', 'ntp/ntpd.pid'],
  openntpd: ['openntpd.pid', 'openntpd/ntpd.sock'],
} as const;

/** `askKernel`: whether its clock is disciplined, whoever does it; undefined where nobody answers. */
export async function timeSource(
  runFolder = '/run',
  askKernel: () => Promise<boolean | undefined> = ntpSynchronized,
): Promise<TimeSource> {
  const found = Object.entries(traces).find(([, paths]) => paths.some((path) => existsSync(join(runFolder, path))));
  if (existsSync(join(runFolder, 'systemd/timesync/synchronized')))
    return { name: 'systemd-timesyncd', isSynchronised: true };
  return { name: found?.[0], isSynchronised: await askKernel() };
}

const run = promisify(execFile);

/** What adjtimex(2) says, which Node does not offer: systemd passes it on, where it runs. */
async function ntpSynchronized(): Promise<boolean | undefined> {
  try {
    const asked = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await run('timedatectl', asked, {
      timeout: 2_000,
      env: { LC_ALL: 'C', PATH: process.env.PATH },
    });
    const answer = stdout.trim();
    return answer === 'yes' ? true : answer === 'no' ? false : undefined;
  } catch {
    return undefined; // a container, or a machine without systemd
  }
}
