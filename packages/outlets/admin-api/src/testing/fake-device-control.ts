import type { MethodCallAnswer, TagHistory } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { ActOutcome, DeviceControl, DeviceHistoryQuery, DeviceMethod } from '../control/device-control.js';

type MethodOutcome = ActOutcome & Pick<MethodCallAnswer, 'outputs'>;

/** Notes what is asked of devices, and answers what a test says. */
export class FakeDeviceControl implements DeviceControl {
  readonly histories: { readonly path: string; readonly query: DeviceHistoryQuery; readonly correlationId: string }[] =
    [];
  readonly calls: {
    readonly driverId: string;
    readonly device: string;
    readonly call: DeviceMethod;
    readonly origin: Origin;
  }[] = [];
  points: TagHistory['points'] = [];
  nextCursor: string | null = null;
  answerHistory: () => Promise<void> = () => Promise.resolve();
  answerCall: () => Promise<MethodOutcome> = () => Promise.resolve({ outcome: 'done', status: 'Good', outputs: [] });

  async history(path: string, query: DeviceHistoryQuery, correlationId: string): Promise<TagHistory> {
    this.histories.push({ path, query, correlationId });
    await this.answerHistory();
    const { points, nextCursor } = this;
    return { schema: 'fieldwarden/tag-history@1', path, source: 'device', keptFrom: null, points, nextCursor };
  }

  async callMethod(driverId: string, device: string, call: DeviceMethod, origin: Origin): Promise<MethodOutcome> {
    this.calls.push({ driverId, device, call, origin });
    return await this.answerCall();
  }
}
