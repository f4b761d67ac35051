import { alarmSeverities, type AlarmSeverity } from '@fieldwarden/gateway-contract';

export interface GatewayCondition {
  /** What it is raised for each of. */
  readonly of: 'gateway' | 'driver' | 'gateway, driver' | 'device' | 'service';
  readonly severity: AlarmSeverity;
  /** What is the case; the message of an alarm that comes without one. */
  readonly text: string;
  /** What to do. */
  readonly remedy: string;
  /** It happens at an instant: never active, of interest until somebody has seen it. */
  readonly momentary?: true;
}

const { critical, high, medium } = alarmSeverities;

/** Every condition that the gateway itself raises, by its stable id. The README shows them. */
export const gatewayConditions = {
  'restart-storm': {
    of: 'gateway',
    severity: critical,
    text: 'many Hosts end again and again; they start one at a time',
    remedy: 'Look at the post-mortems for a common cause: memory, disk, network.',
  },
  'hosts-not-spawned': {
    of: 'gateway',
    severity: critical,
    text: 'the system gives no process for a Host; it is tried again every 5 s',
    remedy:
      'Look for what uses up descriptors, processes or memory; raise LimitNOFILE, TasksMax or the limit of the container.',
  },
  'configuration-held': {
    of: 'gateway',
    severity: high,
    text: 'what is published is not what runs',
    remedy: 'Publish what shall run.',
  },
  'configuration-apply': {
    of: 'gateway, driver',
    severity: high,
    text: 'a generation could not be carried out as a whole',
    remedy: 'Correct what the message names and publish again.',
  },
  'configuration-stale': {
    of: 'gateway',
    severity: medium,
    text: 'the configuration database has been out of reach for 24 hours',
    remedy: 'Bring the database or the way to it back; nothing can be published until then.',
  },
  'state-not-written': {
    of: 'gateway',
    severity: critical,
    text: 'state cannot be written: what changes is kept in memory only',
    remedy: 'Make room on the disk of the home directory, or make it writable.',
  },
  'state-damaged': {
    of: 'gateway',
    severity: high,
    text: 'what was kept in the state file is damaged and partly lost',
    remedy: 'Check the disk; the damaged file was set aside beside state.mdb.',
  },
  'disk-not-written': {
    of: 'gateway',
    severity: critical,
    text: 'the disk of the home directory takes nothing: values go on, what changes is lost at a restart',
    remedy: 'Make room on the disk of the home directory, or make it writable; it is tried every 5 s.',
  },
  'tokens-damaged': {
    of: 'gateway',
    severity: high,
    text: 'the list of tokens is damaged: nobody comes in with a token',
    remedy: 'Restore tokens.json or remove it, then run `fieldwarden tokens list` on the machine of the gateway.',
  },
  'audit-not-written': {
    of: 'gateway',
    severity: critical,
    text: 'the audit cannot be written, or only into the last room that is held for it',
    remedy: 'Make room on the disk of the home directory, or make it writable; rows wait in memory until then.',
  },
  'audit-damaged': {
    of: 'gateway',
    severity: high,
    text: 'the audit is not as it was written',
    remedy:
      'Run `fieldwarden audit --verify`; compare with a backup and with the hashes in the log, and find out who may write the home directory.',
  },
  'accounts-damaged': {
    of: 'gateway',
    severity: high,
    text: 'the list of accounts is damaged: nobody signs in by a password',
    remedy: 'Restore accounts.json or remove it, then run `fieldwarden users list` on the machine of the gateway.',
  },
  'tls-files': {
    of: 'gateway',
    severity: high,
    text: 'the certificate that the plant names for the console and the Admin API cannot be served',
    remedy: 'Correct the files of the section tls; they are looked at every 2 s.',
  },
  'certificate-ends': {
    of: 'gateway',
    severity: medium,
    text: 'certificates end within 30 days',
    remedy: 'Have them renewed; `fieldwarden certs list` shows them.',
  },
  'certificate-ends-soon': {
    of: 'gateway',
    severity: high,
    text: 'certificates end within 7 days',
    remedy: 'Have them renewed; `fieldwarden certs list` shows them.',
  },
  'certificate-ends-now': {
    of: 'gateway',
    severity: critical,
    text: 'certificates end within a day, or have ended: who has one is refused',
    remedy: 'Have them renewed, or remove what nobody uses: `fieldwarden certs remove THUMBPRINT`.',
  },
  'rolled-back': {
    of: 'driver',
    severity: high,
    text: 'the driver does not run on what was published and is back on what it ran before',
    remedy: 'Correct its settings and publish again.',
  },
  memory: {
    of: 'driver',
    severity: medium,
    text: 'the driver needs more memory than it should',
    remedy: 'Promote it to a Host, raise its limits, or report the leak to its author.',
    momentary: true,
  },
  'service-faulted': {
    of: 'service',
    severity: high,
    text: 'the service does not work, also after another try; it is tried again with growing pauses',
    remedy: 'Correct what the message names; `fieldwarden services restart ID` tries at once.',
  },
  'driver-faulted': {
    of: 'driver',
    severity: high,
    text: 'the driver does not run, or is paused after repeated crashes',
    remedy: 'Correct what the message names; `fieldwarden reset ID` tries again at once.',
  },
  'off-scan': {
    of: 'device',
    severity: medium,
    text: 'the device does not answer',
    remedy: 'Look at the device, its power and its cable; it is back with the first answer.',
  },
} as const satisfies Readonly<Record<string, GatewayCondition>>;

export type GatewayConditionId = keyof typeof gatewayConditions;
