/** What speaks MQTT behind the gates of the rig. */
export interface BrokerProgram extends AsyncDisposable {
  readonly name: BrokerName;
}

export const brokerNames = ['mosquitto', 'aedes'] as const;

export type BrokerName = (typeof brokerNames)[number];

/** The one user who may come; without it everybody may. */
export interface BrokerUser {
  readonly name: string;
  readonly password: string;
}

export interface BrokerProgramOptions {
  /** Unix socket where it listens: no port that somebody else could have. */
  readonly socketPath: string;
  /** Folder of its own, for what it has to write. */
  readonly folder: string;
  readonly user: BrokerUser | undefined;
}
