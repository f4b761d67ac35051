import type { TagValue } from '@fieldwarden/core';
import type { SparkplugType } from './data-types.js';

/** A decoded payload. What the sender left out is undefined. */
export interface Payload {
  /** When it was sent; ms since 1970 UTC. */
  readonly timestampMs: number | undefined;
  /** 0 to 255; NDEATH has none. */
  readonly seq: number | undefined;
  readonly uuid: string | undefined;
  readonly body: Uint8Array | undefined;
  readonly metrics: readonly Metric[];
}

/**
 * A metric as it came. Its value waits for `metricValue(metric, type)`: DATA leave the type out, and the birth knows it.
 */
export interface Metric {
  readonly name: string | undefined;
  /** A bigint beyond 2^53. */
  readonly alias: number | bigint | undefined;
  readonly timestampMs: number | undefined;
  readonly datatype: SparkplugType | undefined;
  readonly isHistorical: boolean;
  readonly isTransient: boolean;
  readonly isNull: boolean;
  readonly metadata: MetaData | undefined;
  readonly properties: PropertySet | undefined;
  /** Which field of the oneof carries the value. */
  readonly carrier: Carrier;
  readonly carried: Carried;
}

/** The fields in which values travel; their numbers differ from message to message by a constant. */
export const carriers = {
  none: -1,
  int: 0,
  long: 1,
  float: 2,
  double: 3,
  boolean: 4,
  string: 5,
  bytes: 6,
  dataSet: 7,
  template: 8,
  extension: 9,
  propertySet: 10,
  propertySets: 11,
} as const;

export type Carrier = (typeof carriers)[keyof typeof carriers];
export type Carried = TagValue | DataSet | Template | PropertySet | readonly PropertySet[] | null;

export interface MetaData {
  readonly isMultiPart: boolean;
  readonly contentType: string | undefined;
  readonly sizeBytes: number | bigint | undefined;
  readonly seq: number | bigint | undefined;
  readonly fileName: string | undefined;
  readonly fileType: string | undefined;
  readonly md5: string | undefined;
  readonly description: string | undefined;
}

export interface PropertyValue {
  /** `Unknown` where the sender left it out; the value then is what its field says. */
  readonly type: SparkplugType;
  readonly value: TagValue | PropertySet | readonly PropertySet[] | null;
}

export type PropertySet = ReadonlyMap<string, PropertyValue>;

export interface DataSet {
  readonly columns: readonly string[];
  readonly types: readonly SparkplugType[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly (TagValue | null)[])[];
}

export interface Template {
  readonly version: string | undefined;
  /** Name of the definition; undefined in a definition. */
  readonly reference: string | undefined;
  readonly isDefinition: boolean;
  readonly metrics: readonly Metric[];
  readonly parameters: readonly TemplateParameter[];
}

export interface TemplateParameter {
  readonly name: string | undefined;
  readonly type: SparkplugType;
  readonly value: TagValue | null;
}
