/** Ways in which a simulated PLC can be made to misbehave over HTTP. Absent = it behaves. */
export interface RigKnobs {
  readonly delayMs?: number;
  readonly silent?: boolean;
  readonly drop?: boolean;
  readonly refuse?: boolean;
  readonly exception?: number;
  readonly maxConnections?: number;
  readonly maxRegisters?: number;
  readonly splitReplies?: boolean;
  readonly putGetDisabled?: boolean;
  readonly stop?: boolean;
  readonly freeze?: boolean;
  readonly slowBytesPerSecond?: number;
  readonly unauthorized?: boolean;
  readonly standStill?: boolean;
  readonly renewCertificate?: boolean;
  readonly moveNamespace?: boolean;
  readonly dropNodes?: boolean;
  readonly manyNodes?: boolean;
}

export type KnobName = keyof RigKnobs;

interface Knob {
  readonly says: string;
  /** What a value must be. */
  readonly wants: string;
  accepts(value: unknown): boolean;
}

const knobs: Readonly<Record<KnobName, Knob>> = {
  delayMs: wholeNumber(0, 600_000, 'every answer comes this many milliseconds later'),
  silent: flag('requests are taken and never answered; connections stay'),
  drop: flag('the connection is reset on every request'),
  refuse: flag('switched off: connections are reset, new ones refused by the system'),
  exception: wholeNumber(1, 254, 'every request is refused with this code: a Modbus exception, an S7 item return code'),
  maxConnections: wholeNumber(1, 1_000, 'connections beyond this many are turned away'),
  maxRegisters: wholeNumber(1, 125, 'longer reads and writes are refused with exception 3'),
  splitReplies: flag('answers leave in single bytes'),
  putGetDisabled: flag('every access is refused as if PUT/GET were not permitted'),
  stop: flag('as `refuse`, and the program behind it is ended: what it kept is gone'),
  freeze: flag('nothing passes; connections stay, and new ones are taken and get no answer'),
  slowBytesPerSecond: wholeNumber(10, 1_000_000, 'so many bytes a second pass, for each connection and direction'),
  unauthorized: flag('every client is told that it is not authorized'),
  standStill: flag('the process of the server is stopped (SIGSTOP): the system takes connections, nobody answers'),
  renewCertificate: flag('the server restarts with another certificate, and another key'),
  moveNamespace: flag('the server restarts with two more namespaces before its own'),
  dropNodes: flag('the server restarts without temperature and level'),
  manyNodes: flag('the server restarts with 10,000 more nodes, of the recipes of the machine'),
};

/** Name → meaning and accepted values, for people. */
export function describeKnobs(names: readonly KnobName[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${knobs[name].wants}: ${knobs[name].says}`]));
}

export type KnobFindings = { readonly knobs: RigKnobs } | { readonly findings: readonly string[] };

/** Anything from outside → knobs out of `names`, or all that is wrong with it. */
export function parseKnobs(given: unknown, names: readonly KnobName[]): KnobFindings {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { findings: ['expected a JSON object of knobs, such as {"silent": true}'] };
  }
  const findings = Object.entries(given).flatMap(([name, value]) => findingOf(name, value, names));
  return findings.length > 0 ? { findings } : { knobs: given };
}

function findingOf(name: string, value: unknown, names: readonly KnobName[]): string[] {
  if (!(names as readonly string[]).includes(name)) {
    return [`there is no knob ${JSON.stringify(name)} here; there are ${names.join(', ')}`];
  }
  const knob = knobs[name as KnobName];
  return knob.accepts(value) ? [] : [`${name} must be ${knob.wants}, not ${JSON.stringify(value)}`];
}

function flag(says: string): Knob {
  return { says, wants: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

function wholeNumber(min: number, max: number, says: string): Knob {
  return {
    says,
    wants: `a whole number from ${min} to ${max}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}
