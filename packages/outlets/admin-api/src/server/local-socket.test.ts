import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { collectingLogger, mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { LocalSocket } from './local-socket.js';
import { answeringSocket, makeSpareFolder, spareSockets } from './spare-sockets.js';

describe('the local socket', () => {
  it('is in the home, and looked for there', async () => {
    await using home = await temporaryDirectory();
    const { socket } = localSocket(home.path);
    await socket.open();
    expect(await answeringSocket(home.path)).toBe(join(home.path, 'admin.sock'));
    expect(spareSockets(home.path).some((path) => existsSync(path))).toBe(false);
    await socket.close();
  });

  it.runIf(mayMount())('is at a spare place, for this user alone, until the disk of the home takes it', async () => {
    await using directory = await temporaryDirectory();
    using disk = new SmallDisk(join(directory.path, 'disk'), '64k');
    const killed = localSocket(disk.path);
    await killed.socket.open();
    disk.remount('ro'); // what it leaves behind can't be removed
    await killed.socket.close();
    const { socket, logger } = localSocket(disk.path);
    await socket.open();
    const spare = await answeringSocket(disk.path);
    expect(spareSockets(disk.path)).toContain(spare);
    expect([lstatSync(dirname(spare)).mode & 0o777, lstatSync(spare).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(logger.records).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining(spare) as string }),
    );
    disk.remount('rw');
    await socket.openAtHome();
    expect([await answeringSocket(disk.path), existsSync(spare)]).toEqual([join(disk.path, 'admin.sock'), false]);
    await socket.close();
  });

  it('does not trust a folder that others may enter, a link, or a file', async () => {
    await using directory = await temporaryDirectory();
    const socket = join(directory.path, 'folder', 'a.sock');
    expect(makeSpareFolder(socket, directory.path)).toBe(true);
    chmodSync(dirname(socket), 0o755);
    expect(makeSpareFolder(socket, directory.path)).toBe(false);
    rmSync(dirname(socket), { recursive: true });
    mkdirSync(join(directory.path, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(directory.path, 'elsewhere'), dirname(socket));
    expect(makeSpareFolder(socket, directory.path)).toBe(false);
    expect(makeSpareFolder(join(directory.path, 'missing', 'folder', 'a.sock'), directory.path)).toBe(false);
  });

  it('has no spare place for a home that is not there', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'missing');
    expect([spareSockets(home), await answeringSocket(home)]).toEqual([[], join(home, 'admin.sock')]);
  });
});

function localSocket(home: string): { socket: LocalSocket; logger: ReturnType<typeof collectingLogger> } {
  const logger = collectingLogger();
  const makeServer = (): Server => createServer((_, response) => response.end());
  return { socket: new LocalSocket(join(home, 'admin.sock'), { makeServer, logger }), logger };
}
