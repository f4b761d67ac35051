/** What a kind of server takes, where it does not say so itself. Counts; Infinity: as many as anybody asks for. */
export interface ServerProfile {
  /** Whom it describes, for people. */
  readonly name: string;
  readonly nodesPerRead: number;
  readonly nodesPerWrite: number;
  readonly itemsPerCall: number;
  readonly itemsPerSubscription: number;
  /** False: the server knows no deadband filters, and asking it for one costs a round trip. */
  readonly takesDeadbands: boolean;
  /** Nobody of this project has seen such a server answer. */
  readonly isUnverified: boolean;
}

/** The most that is put into one request, whatever a server says. */
export const maxBatch = 10_000;

const verified = { takesDeadbands: true, isUnverified: false } as const;
const unverified = { takesDeadbands: true, isUnverified: true } as const;

/** Limits as the vendors' manuals give them; those that a server publishes (OPC 10000-5, 6.3.11) go before. */
export const profiles = {
  auto:      { name: 'any server',                 nodesPerRead: 50,    nodesPerWrite: 50,  itemsPerCall: 50,   itemsPerSubscription: Infinity, ...verified },
  's7-1200': { name: 'Siemens S7-1200',            nodesPerRead: 100,   nodesPerWrite: 100, itemsPerCall: 100,  itemsPerSubscription: 1_000,    ...unverified, takesDeadbands: false },
  's7-1500': { name: 'Siemens S7-1500',            nodesPerRead: 500,   nodesPerWrite: 500, itemsPerCall: 500,  itemsPerSubscription: 10_000,   ...unverified },
  kepware:   { name: 'Kepware KEPServerEX',        nodesPerRead: 1_000, nodesPerWrite: 500, itemsPerCall: 1_000, itemsPerSubscription: Infinity, ...unverified },
  ignition:  { name: 'Ignition',                   nodesPerRead: 1_000, nodesPerWrite: 500, itemsPerCall: 1_000, itemsPerSubscription: Infinity, ...unverified },
  prosys:    { name: 'Prosys OPC UA SDK for Java', nodesPerRead: 1_000, nodesPerWrite: 500, itemsPerCall: 1_000, itemsPerSubscription: Infinity, ...unverified },
  codesys:   { name: 'CODESYS',                    nodesPerRead: 100,   nodesPerWrite: 100, itemsPerCall: 100,  itemsPerSubscription: 10_000,   ...unverified },
  beckhoff:  { name: 'Beckhoff TwinCAT',           nodesPerRead: 500,   nodesPerWrite: 100, itemsPerCall: 500,  itemsPerSubscription: 10_000,   ...unverified },
  aveva:     { name: 'AVEVA OPCUAService',         nodesPerRead: 500,   nodesPerWrite: 100, itemsPerCall: 500,  itemsPerSubscription: 10_000,   ...unverified },
} as const satisfies Record<string, ServerProfile>; // prettier-ignore

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];
