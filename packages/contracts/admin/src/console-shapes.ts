import type { EventGap, Finding } from '@fieldwarden/gateway-contract';
import type { TagValueShape } from './shapes.js';

/** Shapes that the web console needs beside those of everybody: its session, its stream, curves, trends, tag tables. */

/** Body of `POST /session`. */
export interface SessionRequest {
  /** An API token, or the one-time set-up token of the first start. */
  readonly token: string;
}

/** `POST /session`, `GET /session`: who the caller is. The session itself is an HttpOnly cookie. */
export interface SessionAnswer {
  readonly schema: 'fieldwarden/session@1';
  readonly authenticated: boolean;
  /** Name of the token that opened the session; null when not authenticated. */
  readonly name: string | null;
  /** Goes with every changing request as `X-CSRF-Token`; null for bearer tokens, which need none, and when not authenticated. */
  readonly csrfToken: string | null;
  readonly expiresAt: string | null;
}

/** `GET /drivers/:id/curves`: the last hour of a driver, one row each 5 s, oldest first; null where nothing was measured. */
export interface DriverCurves {
  readonly schema: 'fieldwarden/curves@1';
  readonly driverId: string;
  readonly intervalMs: number;
  /** ms since 1970 UTC. */
  readonly at: readonly number[];
  readonly memoryBytes: readonly (number | null)[];
  readonly cpuPercent: readonly (number | null)[];
  readonly heartbeatMs: readonly (number | null)[];
  readonly state: readonly string[];
}

/**
 * `GET /tags/history?path=&from=&to=`: what is kept of one tag, oldest first. Until a historian is configured this is the gateway's
 * memory of the last minutes; `keptFrom` says how far back it reaches. With `source=device` it is what the device itself remembers,
 * page by page.
 */
export interface TagHistory {
  readonly schema: 'fieldwarden/tag-history@1';
  readonly path: string;
  readonly source: 'memory' | 'store' | 'device';
  readonly keptFrom: string | null;
  readonly points: readonly HistoryPoint[];
  /** Only of a device: pass as `cursor` for the next page; null at the end. */
  readonly nextCursor?: string | null;
}

export interface HistoryPoint {
  readonly sourceAt: string;
  readonly value: unknown;
  readonly status: string;
  readonly statusCode: number;
}

/** `GET /about`. */
export interface About {
  readonly schema: 'fieldwarden/about@1';
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly home: string;
  /** Of health, Admin API and, by their ids, of services that can listen; null for one that does not at present. */
  readonly ports: { readonly health: number; readonly admin: number; readonly [service: string]: number | null };
  readonly driverTypes: readonly { readonly type: string; readonly version: string; readonly tier: 'A' | 'B' | 'C' }[];
  readonly certificates: readonly {
    readonly use: 'opcua-server';
    readonly subject: string;
    readonly thumbprint: string;
    readonly notBefore: string;
    readonly notAfter: string;
  }[];
  readonly licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
}

/**
 * First event, named `hello`, of `GET /events?stream=<id>`, and of any stream that cannot go on where its client stopped: a client
 * that knew another `bootId`, or misses a `seq`, loads everything again.
 */
export interface StreamHello {
  readonly schema: 'fieldwarden/stream@1';
  /** New with every start of the gateway. */
  readonly bootId: string;
  /** Of the newest event. */
  readonly seq: number;
  /** What the client may have missed; null if nothing. */
  readonly gap: EventGap | null;
}

/** Body of `PUT /events/streams/:stream/tags`: replaces what the stream watches, up to 5,000 paths; paths that do not exist are passed over. */
export interface WatchedTagsRequest {
  readonly paths: readonly string[];
}

/** `PUT /events/streams/:stream/tags`. */
export interface WatchedTagsAnswer {
  readonly schema: 'fieldwarden/watched-tags@1';
  readonly stream: string;
  /** Paths of the request that exist now; the others are watched as soon as they do. */
  readonly known: number;
  readonly unknown: number;
}

/** Event named `tag` of a stream: present values of tags newly watched, then changes. */
export interface TagValuesEvent {
  readonly values: readonly TagValueShape[];
}

/** Body of `POST /config/import-csv`: a tag table for the drivers and devices of the draft. Nothing is stored. */
export interface CsvImportRequest {
  readonly csv: string;
  /** The document to put the tags into; absent = the draft. */
  readonly text?: string;
  /** `replace` (default): a device that the table names has the table's tags and no others. `merge`: it keeps its others. */
  readonly mode?: 'merge' | 'replace';
}

/** Body of `POST /config/import-kepware`: the tags of one Kepware device, for a device of the draft. Nothing is stored. */
export interface KepwareImportRequest {
  /** Kepware's export, CSV or JSON. */
  readonly tags: string;
  readonly driverId: string;
  readonly deviceId: string;
  /** Path in front of the names; absent = `<driverId>/<deviceId>`. */
  readonly prefix?: string;
  /** The document to put the tags into; absent = the draft. */
  readonly text?: string;
  /** Default: `merge`. */
  readonly mode?: 'merge' | 'replace';
}

/** `POST /config/import-csv`, `POST /config/import-kepware`: all or nothing. */
export interface CsvImportAnswer {
  readonly schema: 'fieldwarden/csv-import@1';
  readonly rows: number;
  /** The document with the tags of the table, as YAML; null if any row was refused. */
  readonly text: string | null;
  /** `path` names row and column. */
  readonly findings: readonly Finding[];
}

/** A token that opens the Admin API on TCP; the token itself is shown once, by the answer that made it. */
export interface TokenRow {
  readonly name: string;
  readonly createdAt: string;
  /** When the set-up token opened a session, from which moment on it opens nothing any more; null for any other. */
  readonly usedAt: string | null;
  /** Console sessions that it opened and that still stand. */
  readonly sessions: number;
}

/** `GET /tokens`: in order of creation. */
export interface TokenList {
  readonly schema: 'fieldwarden/tokens@1';
  readonly tokens: readonly TokenRow[];
}

/** Body of `POST /tokens`. */
export interface TokenRequest {
  readonly name: string;
}

/** `POST /tokens`: the only time that the token is shown. */
export interface TokenCreated {
  readonly schema: 'fieldwarden/token@1';
  readonly name: string;
  readonly token: string;
  readonly createdAt: string;
}

/** `DELETE /tokens/:name`. */
export interface TokenRevoked {
  readonly schema: 'fieldwarden/token-revoked@1';
  readonly name: string;
  /** Console sessions that ended with it. */
  readonly sessions: number;
}
