/** What an event is about; the names of server-sent events. */
export const gatewayEventTypes = ['driver', 'host', 'tag', 'alarm', 'config', 'machine', 'flow', 'service'] as const;

export type GatewayEventType = (typeof gatewayEventTypes)[number];

type SubjectField = 'driverId' | 'device' | 'path' | 'machineId' | 'flowId' | 'serviceId';

/** Whom an event is about: these fields for sure, those perhaps, no other. Readers may take any of them from any event. */
type Subject<Always extends SubjectField = never, Perhaps extends SubjectField = never> = {
  readonly [Field in Always]: string;
} & { readonly [Field in Perhaps]?: string } & {
  readonly [Field in Exclude<SubjectField, Always | Perhaps>]?: undefined;
};

interface EventSubjects {
  /** A driver's state changed, or that of one of its devices. */
  readonly driver: Subject<'driverId', 'device'>;
  /** A driver's process changed, or the row of one of its devices. */
  readonly host: Subject<'driverId', 'device'>;
  readonly tag: Subject<'path'>;
  /** Without `driverId` and `serviceId` it is about the gateway itself. */
  readonly alarm: Subject<never, 'driverId' | 'device' | 'serviceId'>;
  readonly config: Subject;
  readonly machine: Subject<'machineId'>;
  readonly flow: Subject<'flowId'>;
  readonly service: Subject<'serviceId'>;
}

interface EventNews<Type extends GatewayEventType> {
  readonly type: Type;
  /** For people. */
  readonly message: string;
  /** For programs, by type. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** An event before it has its place in the sequence. */
export type NewGatewayEvent<Type extends GatewayEventType = GatewayEventType> = {
  [Each in Type]: EventNews<Each> & EventSubjects[Each];
}[Type];

/** Its place in the sequence of all events of this gateway. */
export interface EventPlace {
  /** Counts without gaps while the gateway runs, and jumps ahead when it is started again. */
  readonly seq: number;
  /** ISO-8601, UTC. */
  readonly at: string;
}

/** Something that happened in the gateway, told to people and programs. Events inform; nothing is decided from them. */
export type GatewayEvent<Type extends GatewayEventType = GatewayEventType> = {
  [Each in Type]: EventPlace & EventNews<Each> & EventSubjects[Each];
}[Type];

/** What a reader who comes back may have missed. */
export interface EventGap {
  /** The last event that the reader has seen. */
  readonly afterSeq: number;
  /** The oldest one that is kept, or the next one that comes. */
  readonly nextSeq: number;
  /** The gateway was started again in between: whatever was loaded before may be another. */
  readonly restarted: boolean;
}
