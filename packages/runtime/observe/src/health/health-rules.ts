import type { DriverState, ErrorReport } from '@fieldwarden/gateway-contract';

/** What the health answers say about one driver. */
export interface DriverHealth {
  readonly id: string;
  readonly type: string;
  readonly state: DriverState;
  readonly lastError: ErrorReport | null;
}

/** What they say about one service. */
export interface ServiceHealthRow {
  readonly id: string;
  readonly state: DriverState;
  readonly lastError: ErrorReport | null;
  /** A fault of it counts like a driver's; else the gateway is Degraded (SPEC §16.3). */
  readonly critical: boolean;
}

/** What they say about the gateway itself. */
export interface GatewayHealth {
  /** True once everything that start-up has to do is done, whatever the state of the drivers. */
  readonly started: boolean;
  readonly uptimeSeconds: number;
  readonly configDbReachable: boolean;
  readonly usingStaleConfig: boolean;
  /** Null while configuration is not published in generations. */
  readonly generation: number | null;
  readonly version: string;
  /** What of the gateway itself does not work as it should, though the plant runs. */
  readonly concerns: readonly GatewayConcern[];
}

/** For an anonymous reader: nothing of paths or of what the system said. */
export interface GatewayConcern {
  /** Of the alarm that stands for it. */
  readonly code: string;
  readonly message: string;
}

/** An HTTP answer: status and JSON body. */
export interface HealthAnswer<Body = unknown> {
  readonly httpStatus: 200 | 503;
  readonly body: Body;
}

export type HealthVerdict = 'Healthy' | 'Degraded' | 'NotReady' | 'Faulted';

/** An error without its text: whoever asks here is nobody in particular. */
export type AnonymousError = Omit<ErrorReport, 'message'>;

type Anonymous<Row> = Omit<Row, 'lastError' | 'critical'> & { readonly lastError: AnonymousError | null };

export interface ReadinessBody {
  readonly verdict: HealthVerdict;
  readonly drivers: readonly Anonymous<DriverHealth>[];
  readonly services: readonly Anonymous<ServiceHealthRow>[];
  /** Ids of drivers that work, but not as they should. */
  readonly degradedDrivers: readonly string[];
  /** Why the gateway itself is Degraded; empty when it is not. */
  readonly concerns: readonly GatewayConcern[];
  readonly usingStaleConfig: boolean;
  readonly uptimeSeconds: number;
}

/** SPEC §12.1, as a table. `Stopped` is what an operator wants, and speaks for nothing. */
const verdictOf: Readonly<Record<DriverState, HealthVerdict>> = {
  Faulted: 'Faulted',
  Unknown: 'NotReady',
  Initializing: 'NotReady',
  Degraded: 'Degraded',
  Reconnecting: 'Degraded',
  Healthy: 'Healthy',
  Stopped: 'Healthy',
};

/** Worst first. */
const verdicts: readonly HealthVerdict[] = ['Faulted', 'NotReady', 'Degraded', 'Healthy'];

/** `/readyz`: the worst driver or critical service decides; without any the gateway is ready. Other services, and the gateway's own concerns, make it Degraded at most. */
export function readiness(
  drivers: readonly DriverHealth[],
  services: readonly ServiceHealthRow[],
  { usingStaleConfig, uptimeSeconds, concerns }: Pick<GatewayHealth, 'usingStaleConfig' | 'uptimeSeconds' | 'concerns'>,
): HealthAnswer<ReadinessBody> {
  const own: readonly HealthVerdict[] = concerns.length > 0 ? ['Degraded'] : [];
  const found = new Set([...own, ...drivers.map(({ state }) => verdictOf[state]), ...services.map(verdictOfService)]);
  const verdict = verdicts.find((candidate) => found.has(candidate)) ?? 'Healthy';
  const degradedDrivers = drivers.filter(({ state }) => verdictOf[state] === 'Degraded').map(({ id }) => id);
  return {
    httpStatus: verdict === 'Healthy' || verdict === 'Degraded' ? 200 : 503,
    body: {
      verdict,
      drivers: drivers.map(({ id, type, state, lastError }) => ({ id, type, state, lastError: codeOf(lastError) })),
      services: services.map(({ id, state, lastError }) => ({ id, state, lastError: codeOf(lastError) })),
      degradedDrivers,
      concerns,
      usingStaleConfig,
      uptimeSeconds,
    },
  };
}

function codeOf(error: ErrorReport | null): AnonymousError | null {
  return error && { code: error.code, kind: error.kind, at: error.at };
}

function verdictOfService({ state, critical }: ServiceHealthRow): HealthVerdict {
  const verdict = verdictOf[state];
  return critical || verdict === 'Healthy' ? verdict : 'Degraded';
}

export type HealthBody = { readonly status: 'ok' | 'fail' } & Omit<GatewayHealth, 'started' | 'concerns'>;

/** `/healthz`: alive, and either the configuration authority answers or the gateway knowingly runs on its last snapshot. */
export function health(gateway: GatewayHealth): HealthAnswer<HealthBody> {
  const { uptimeSeconds, configDbReachable, usingStaleConfig, generation, version } = gateway;
  const ok = configDbReachable || usingStaleConfig;
  return {
    httpStatus: ok ? 200 : 503,
    body: {
      status: ok ? 'ok' : 'fail',
      uptimeSeconds,
      configDbReachable,
      usingStaleConfig,
      generation,
      version,
    },
  };
}

/** `/livez`: whoever answers is alive. */
export function liveness(): HealthAnswer<{ readonly status: 'ok' }> {
  return { httpStatus: 200, body: { status: 'ok' } };
}

/** `/startupz` */
export function startup({ started }: Pick<GatewayHealth, 'started'>): HealthAnswer<{
  readonly status: 'ok' | 'starting';
}> {
  return started ? { httpStatus: 200, body: { status: 'ok' } } : { httpStatus: 503, body: { status: 'starting' } };
}
