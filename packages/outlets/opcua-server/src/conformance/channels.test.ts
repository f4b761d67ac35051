import { BinaryStream, encodeExpandedNodeId, ReadRequest, ReadResponse, StatusCodes } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient, type OpenOptions } from '../testing/raw-client.js';
import { tag, TestOutlet } from '../testing/test-outlet.js';

let gateway: TestOutlet;

beforeAll(async () => {
  gateway = await TestOutlet.start([tag('line/speed', { scalar: 'int32' })]);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** The code of the ERR message by which the server ends the connection. */
async function refusalOf(act: (client: RawClient) => Promise<unknown>): Promise<string> {
  using client = await RawClient.hello(gateway.outlet.port);
  await expect(act(client)).rejects.toThrow();
  await client.ended();
  const known = Object.values(StatusCodes as unknown as Record<string, { name: string; value: number }>);
  return known.find(({ value }) => value === client.error?.status)?.name ?? String(client.error?.status);
}

const readBody = (): Buffer => {
  const request = new ReadRequest({});
  const stream = new BinaryStream(request.binaryStoreSize() + 64);
  encodeExpandedNodeId(request.schema.encodingDefaultBinary!, stream);
  request.encode(stream);
  return stream.buffer.subarray(0, stream.length);
};

describe('a channel that can not be opened ends with an ERR message', () => {
  test.each<[string, OpenOptions, string]>([
    ['renewed before it is there', { requestType: 1 }, 'BadRequestTypeInvalid'],
    ['of an unknown kind of request', { requestType: 7 }, 'BadRequestTypeInvalid'],
    ['of no mode', { securityMode: 0 }, 'BadSecurityModeRejected'],
    ['of mode Sign over policy None', { securityMode: 2 }, 'BadSecurityModeRejected'],
    ['of an unknown mode', { securityMode: 99 }, 'BadSecurityModeRejected'],
    ['of an unknown policy', { securityPolicyUri: 'http://example.org/policy' }, 'BadSecurityPolicyRejected'],
    ['of no policy', { securityPolicyUri: '' }, 'BadSecurityPolicyRejected'],
    [
      'of a policy that secures, without being secured',
      { securityPolicyUri: 'http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256', securityMode: 2 },
      'BadSecurityChecksFailed',
    ],
    ['by another request', { body: readBody() }, 'BadTcpMessageTypeInvalid'],
  ])('%s', async (_, options, expected) => {
    expect(await refusalOf((client) => client.open(options))).toBe(expected);
  });
});

describe('a message of an open channel ends it', () => {
  test('when its sequence number is not the next one', async () => {
    const refusal = await refusalOf(async (client) => {
      await client.open();
      client.sequenceNumber += 5;
      return await client.ask(new ReadRequest({}), ReadResponse);
    });
    expect(refusal).toBe('BadSequenceNumberInvalid');
  });

  test('when its token is not the channel’s', async () => {
    const refusal = await refusalOf(async (client) => {
      await client.open();
      client.sendBody(readBody(), 4_711);
      return await client.answer(ReadResponse);
    });
    expect(refusal).toBe('BadSecureChannelTokenUnknown');
  });

  test('when it names another channel', async () => {
    const refusal = await refusalOf(async (client) => {
      await client.open();
      client.channelId += 1;
      return await client.ask(new ReadRequest({}), ReadResponse);
    });
    expect(refusal).toBe('BadTcpSecureChannelUnknown');
  });
});
