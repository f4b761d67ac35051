import { GatewayError } from '@fieldwarden/core';
import { mayDo, notAllowed, type Origin } from '@fieldwarden/gateway-contract';
import type { GatewayActs } from '@fieldwarden/service';
import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  CallMethodRequest,
  CallRequest,
  DataType,
  MessageSecurityMode,
  SecurityPolicy,
  UserTokenType,
  type CallResponse,
  type UserIdentityInfo,
} from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';
import { driverMethods } from './gateway-methods.js';

const encrypted = { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy: SecurityPolicy.Basic256Sha256 };

interface Act {
  readonly what: unknown;
  readonly origin: Origin;
}

/** A gateway that does what it is told by those who may. */
class RecordedActs implements GatewayActs {
  readonly done: Act[] = [];
  /** While set, acts wait for it. */
  until: Promise<void> | undefined;

  drivers = () => Promise.resolve([]);
  driver = async (request: { readonly driverId: string; readonly action: string }, origin: Origin) => {
    if (!mayDo(origin.principal, 'operate')) throw notAllowed(origin.principal, 'operate');
    if (request.action === 'promote') {
      throw new GatewayError({ code: 'DRIVER_STATE', kind: 'config', message: 'it has a process of its own already' });
    }
    await this.until;
    this.done.push({ what: request, origin });
    return { driverId: request.driverId, type: 'modbus', state: 'Healthy' as const };
  };
  publish = (request: { readonly comment: string }, origin: Origin) => this.#generation({ publish: request }, origin);
  rollback = (request: { readonly toGeneration: number | undefined }, origin: Origin) =>
    this.#generation({ rollback: request }, origin);

  #generation(what: unknown, origin: Origin): Promise<{ generation: number }> {
    if (!mayDo(origin.principal, 'publish')) return Promise.reject(notAllowed(origin.principal, 'publish'));
    this.done.push({ what, origin });
    return Promise.resolve({ generation: 12 });
  }
}

const acts = new RecordedActs();
const driverState = (id: string) => tag(`_system/drivers/${id}/state`, { scalar: 'string' });

let gateway: TestOutlet;
let engineer: TestClient;
let operator: TestClient;
let nobody: TestClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([driverState('plc'), tag('_system/drivers/plc/memory', { scalar: 'float64' })], {
    anonymous: 'viewer',
    securityPolicies: ['Basic256Sha256'],
    trustsClients: true,
    acts,
  });
  for (const name of ['engineer', 'operator'] as const) {
    gateway.desk.set(name, { password: 'right', role: name, areas: ['**'] });
  }
  const as = async (userName: string) => {
    const user: UserIdentityInfo = { type: UserTokenType.UserName, userName, password: 'right' };
    return await TestClient.connect(gateway, { ...encrypted, user });
  };
  engineer = await as('engineer');
  operator = await as('operator');
  nobody = await TestClient.connect(gateway, encrypted);
});

afterAll(async () => {
  for (const client of [engineer, operator, nobody]) await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

beforeEach(() => {
  acts.done.length = 0;
  acts.until = undefined;
});

const id = (text: string): string => `ns=3;s=${text}`;

async function call({ session }: TestClient, object: string, method: string, inputArguments: object[] = []) {
  const request = new CallMethodRequest({ objectId: id(object), methodId: id(`${object}/${method}`), inputArguments });
  const { statusCode, outputArguments } = await session.call(request);
  return [statusCode.name, ...(outputArguments ?? []).map(({ value }) => value as unknown)];
}

describe('methods of drivers (§10.1)', () => {
  test.each(Object.keys(driverMethods).filter((action) => action !== 'promote'))(
    '%s is done by the gateway, for the user of the session, and answered with the state afterwards',
    async (action) => {
      expect(await call(engineer, 'Drivers/plc', action)).toEqual(['Good', 'Healthy']);
      const [{ what, origin }] = acts.done;
      expect(what).toEqual({ driverId: 'plc', action });
      expect(origin).toMatchObject({ via: 'opcua', principal: { name: 'engineer' } });
      expect(origin.correlationId).toMatch(/^opcua-/);
    },
  );

  test('are refused to who may not, which UserExecutable says beforehand', async () => {
    const nodeId = id('Drivers/plc/recycle');
    const said: unknown[] = [];
    for (const client of [engineer, operator, nobody]) {
      const { value } = await client.session.read({ nodeId, attributeId: AttributeIds.UserExecutable });
      said.push([value.value, (await call(client, 'Drivers/plc', 'recycle'))[0]]);
    }
    expect(said).toEqual([
      [true, 'Good'],
      [false, 'BadUserAccessDenied'],
      [false, 'BadUserAccessDenied'],
    ]);
    expect(acts.done).toHaveLength(1);
  });

  test('that can not be done say why to a client that asks', async () => {
    const one = new CallMethodRequest({ objectId: id('Drivers/plc'), methodId: id('Drivers/plc/promote') });
    const request = new CallRequest({ methodsToCall: [one], requestHeader: { returnDiagnostics: 0x80 } });
    const session = engineer.session as unknown as {
      performMessageTransaction(one: CallRequest): Promise<CallResponse>;
    };
    const { results, diagnosticInfos } = await session.performMessageTransaction(request);
    expect(results![0].statusCode.name).toBe('BadConfigurationError');
    expect(diagnosticInfos![0]!.additionalInfo).toMatch(
      /^correlationId opcua-.*: it has a process of its own already$/,
    );
  });

  test('are four at a time for a session; others get theirs', async () => {
    let goOn: () => void = () => undefined;
    acts.until = new Promise<void>((resolve) => (goOn = resolve));
    const calls = Array.from({ length: 5 }, () => call(engineer, 'Drivers/plc', 'reset'));
    expect(await Promise.race(calls)).toEqual(['BadTooManyOperations']);
    goOn();
    const answers = (await Promise.all(calls)).map(([status]) => status);
    expect(answers.filter((status) => status === 'Good')).toHaveLength(4);
    expect(await call(engineer, 'Drivers/plc', 'reset')).toEqual(['Good', 'Healthy']);
  });

  test('come and go with their drivers', async () => {
    const [handle] = gateway.store.define([driverState('late')]);
    expect(await call(engineer, 'Drivers/late', 'restart')).toEqual(['Good', 'Healthy']);
    gateway.store.remove(Uint32Array.of(handle));
    expect((await call(engineer, 'Drivers/late', 'restart'))[0]).toBe('BadNodeIdUnknown');
    expect(await call(engineer, 'Drivers/plc', 'restart')).toEqual(['Good', 'Healthy']);
  });
});

describe('methods of the configuration (§10.1)', () => {
  const text = (value: string) => ({ dataType: DataType.String, value });
  const number = (value: number) => ({ dataType: DataType.UInt32, value });

  test('publish and rollback answer with the generation that they made', async () => {
    expect(await call(engineer, 'Configuration', 'publish', [text('new pump')])).toEqual(['Good', 12]);
    expect(await call(engineer, 'Configuration', 'rollback', [number(7), text('')])).toEqual(['Good', 12]);
    expect(await call(engineer, 'Configuration', 'rollback', [number(0), text('worse')])).toEqual(['Good', 12]);
    expect(acts.done.map(({ what }) => what)).toEqual([
      { publish: { comment: 'new pump' } },
      { rollback: { toGeneration: 7, comment: '' } },
      { rollback: { toGeneration: undefined, comment: 'worse' } },
    ]);
  });

  test('want their arguments, and somebody who may', async () => {
    expect(await call(engineer, 'Configuration', 'publish')).toEqual(['BadArgumentsMissing']);
    expect((await call(operator, 'Configuration', 'publish', [text('')]))[0]).toBe('BadUserAccessDenied');
    const wrong = await call(engineer, 'Configuration', 'rollback', [text('seven'), text('')]);
    expect(wrong[0]).toBe('BadInvalidArgument');
    expect(acts.done).toEqual([]);
  });
});

test('a server whose plant wants no methods has none', async () => {
  await using without = await TestOutlet.start([driverState('plc')], { methods: false, acts });
  await using client = await TestClient.connect(without);
  await waitFor(async () => (await call(client, 'Drivers/plc', 'stop'))[0] === 'BadNodeIdUnknown', {
    what: 'no methods',
  });
  expect(acts.done).toEqual([]);
});
