/** What goes wrong between gateway and device while it lasts. */
export interface PlcFault {
  readonly name: string;
  begin(): void;
  /** Requests may get lost on their way, so that a write which the PLC never saw may have been sent all the same. */
  readonly hidesRequests?: true;
  /** What arrives may be refused as a whole, and what was refused so may then not be sent again: the device does not have it. */
  readonly refuses?: true;
}

/** How often a write of one tag came to the PLC. */
export interface WriteCount {
  /** Whatever became of it. Undefined where the PLC does not count this. */
  readonly arrived: number | undefined;
  readonly carriedOut: number;
}

/** A simulated PLC behind a faulty network, which counts what it is told to write: a place of its own for each tag. */
export interface CountingPlc extends AsyncDisposable {
  readonly type: 'modbus' | 's7';
  /** Of the driver, to reach it through the network. */
  readonly options: object;
  readonly deviceOptions: object;
  readonly faults: readonly PlcFault[];
  heal(): Promise<void>;
  tag(number: number): { readonly address: string; readonly dataType: string };
  valueFor(number: number): number | boolean;
  count(number: number): WriteCount;
  /** Nothing that the gateway has sent is still on its way; to be called when it has gone. */
  settled(): Promise<void>;
}

/** Longest wait for an answer, by the driver's options. */
export const answerTimeoutMs = 80;
