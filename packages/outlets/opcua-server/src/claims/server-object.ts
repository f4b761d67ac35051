import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  DataType,
  makeNodeId,
  ServerState,
  TimeZoneDataType,
  VariableIds,
  Variant,
  type IAddressSpace,
  type OPCUAServer,
  type UAVariable,
} from 'node-opcua';
import type { Clock } from '@fieldwarden/core';

export interface ServerFacts {
  /** 0 to 255. */
  readonly serviceLevel: () => number;
  readonly clock: Clock;
}

/** Files that a package manager unpacks have a time of its own; it is long before this product was. */
const oldestBuildMs = Date.UTC(2020, 0, 1);

/** When this code was compiled; undefined where its file does not tell. */
export function buildDate(): Date | undefined {
  const { mtimeMs, mtime } = statSync(fileURLToPath(import.meta.url));
  return mtimeMs < oldestBuildMs ? undefined : mtime;
}

/** Variables of the Server object that the library fills with constants. Call once the server is initialised. */
export function tellServerFacts(addressSpace: IAddressSpace, { serviceLevel, clock }: ServerFacts): void {
  bind(addressSpace, VariableIds.Server_ServiceLevel, () => ({ dataType: DataType.Byte, value: serviceLevel() }));
  bind(addressSpace, VariableIds.Server_LocalTime, () => {
    const value = localTime(clock.wallMs());
    return { dataType: DataType.ExtensionObject, value };
  });
  // Changes are told as they come (OPC 10000-5, 6.3.2); the library says at least 100 ms.
  bind(addressSpace, VariableIds.Server_ServerCapabilities_MinSupportedSampleRate, () => {
    return { dataType: DataType.Double, value: 0 };
  });
}

/** Of the machine, as of now (OPC 10000-3, 8.28): with the hour of summer in it. */
function localTime(nowMs: number): TimeZoneDataType {
  const offset = -new Date(nowMs).getTimezoneOffset();
  return new TimeZoneDataType({ offset, daylightSavingInOffset: true });
}

function bind(addressSpace: IAddressSpace, id: number, get: () => { dataType: DataType; value: unknown }): void {
  const variable = addressSpace.findNode(makeNodeId(id)) as UAVariable | null;
  variable?.bindVariable({ get: () => new Variant(get()) }, true);
}

/** Tells whoever watches ServerStatus that the server goes, and when (OPC 10000-5, 12.10); the sessions stay until then. */
export function announceShutdown({ engine }: OPCUAServer, leftMs: number, nowMs: number): void {
  engine.setShutdownReason('The gateway stops');
  engine.setShutdownTime(new Date(nowMs + leftMs));
  engine.setServerState(ServerState.Shutdown);
}
