/** Brokers may allow less than the 65,535 bytes of the protocol, but none is known that takes less than this. */
export const topicBytesLimit = 1024;

/** The topics of one site (INTERFACES §8, §16). */
export interface Topics {
  readonly status: string;
  tag(path: string): string;
  /** What changed of a device at the same time. */
  batch(driverId: string, deviceId: string): string;
  driver(driverId: string): string;
  device(driverId: string, deviceId: string): string;
  alarm(id: string): string;
  /** The last row of the audit and its hash, once a day (SPEC §13.4). */
  readonly audit: string;
  /** Filter of all commands. */
  readonly allCommands: string;
  /** The path that a command is for; undefined: it is none. */
  commandPath(topic: string): string | undefined;
  setResult(path: string): string;
}

export function topicsOf(root: string, site: string): Topics {
  const base = `${root}/${site}`;
  const commands = `${base}/set/`;
  return {
    status: `${base}/status`,
    tag: (path) => `${base}/tags/${path}`,
    batch: (driverId, deviceId) => `${base}/batch/${driverId}/${deviceId}`,
    driver: (driverId) => `${base}/drivers/${driverId}/state`,
    device: (driverId, deviceId) => `${base}/devices/${driverId}/${deviceId}/state`,
    alarm: (id) => `${base}/alarms/${id}`,
    audit: `${base}/audit`,
    allCommands: `${commands}#`,
    commandPath: (topic) => (topic.startsWith(commands) ? topic.slice(commands.length) : undefined),
    setResult: (path) => `${base}/set-result/${path}`,
  };
}
