import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { StreamTransport } from './stream-transport.js';

it('reads what its peer said last, also when it finds out by a send that the peer is gone (§4.3)', async () => {
  await using folder = await temporaryDirectory();
  const server = createServer().listen(join(folder.path, 'pair'));
  await once(server, 'listening');
  const stream = connect(join(folder.path, 'pair'));
  const [peer] = (await once(server, 'connection')) as [Socket];
  const transport = new StreamTransport(stream);
  const heard: string[] = [];
  const closed = new Promise((resolve) => {
    transport.receive({
      bytes: (chunk) => heard.push(Buffer.from(chunk).toString()),
      drained: () => undefined,
      closed: resolve,
    });
  });
  peer.write('the reason', () => {
    peer.destroy();
    transport.send(Buffer.from('a value'));
  });
  await closed;
  server.close();
  expect(heard).toEqual(['the reason']);
});
