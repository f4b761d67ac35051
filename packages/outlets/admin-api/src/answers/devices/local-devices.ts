import type { MethodCallAnswer, TagHistory } from '@fieldwarden/admin-contract';
import { GatewayError, statusName, toJsonValue, type Clock, type Logger } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import type { TagStore } from '@fieldwarden/tags';
import type { ActOutcome, DeviceControl, DeviceHistoryQuery, DeviceMethod } from '../../control/device-control.js';
import { deviceHistory } from './device-history.js';
import { runningDevice } from './running-device.js';

export interface LocalDevicesDependencies {
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly store: TagStore;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
}

/** What clients ask of devices beside scans and writes. */
export class LocalDevices implements DeviceControl {
  readonly #deps: LocalDevicesDependencies;

  constructor(deps: LocalDevicesDependencies) {
    this.#deps = deps;
  }

  async history(path: string, query: DeviceHistoryQuery, correlationId: string): Promise<TagHistory> {
    const { instances, store, clock } = this.#deps;
    const handle = store.handleOf(path);
    const definition = handle === undefined ? undefined : store.definition(handle);
    if (!definition) throw refusal('TAG_UNKNOWN', 'config', `no tag has the path ${path}`);
    return await deviceHistory(instances, { definition, query, correlationId, nowMs: clock.wallMs() });
  }

  async callMethod(
    driverId: string,
    device: string,
    { object, method, args }: DeviceMethod,
    origin: Origin,
  ): Promise<ActOutcome & Pick<MethodCallAnswer, 'outputs'>> {
    const { instance, invoker } = runningDevice(this.#deps.instances, driverId, device);
    if (instance.services.lacks('callMethod'))
      throw refusal('CALL_UNSUPPORTED', 'unsupported', `driver ${driverId} cannot call methods of its devices`);
    const answer = await invoker.callMethod({ object, method, inputs: args }, origin.correlationId);
    const { outcome, outputs, message } = answer;
    const status = statusName(answer.status);
    const fields = { driverId, device, capability: 'callMethod', status, ...origin };
    this.#deps.logger.info(`method ${method}: ${outcome}`, fields);
    const shown = outputs.map((output) => toJsonValue(output, 'float64'));
    return {
      outcome,
      status,
      outputs: shown,
      ...(outcome === 'done' && { confirmedBy: 'device' }),
      ...(message !== undefined && { message }),
    };
  }
}

function refusal(code: string, kind: GatewayError['kind'], message: string): GatewayError {
  return new GatewayError({ code, kind, message });
}
