export interface DriverName {
  readonly driverId: string;
}

export interface ServiceName {
  readonly serviceId: string;
}

/** Whom a Host runs. The fields are those of log lines, death records and `hosts.json`. */
export type HostName = DriverName | ServiceName;

/** `driver press-1`, for sentences. */
export function nameText(name: HostName): string {
  return 'driverId' in name ? `driver ${name.driverId}` : `service ${name.serviceId}`;
}

export function idOf(name: HostName): string {
  return 'driverId' in name ? name.driverId : name.serviceId;
}

/** The name alone, out of a record that bears it. */
export function nameOf(bearer: HostName): HostName {
  return 'driverId' in bearer ? { driverId: bearer.driverId } : { serviceId: bearer.serviceId };
}
