import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** As a port scan from all sides would see it: `address:port` of each TCP socket on which a process or one below it listens, by the kernel. */
export function listeningSockets(root: number): readonly string[] {
  const inodes = new Set(familyOf(root).flatMap(socketsOf));
  const lines = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  const found = lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && inodes.has(inode) ? [shown(local)] : []; // proc(5): 0A is LISTEN
  });
  return found.sort();
}

/** Of every process, whose parent it is: also those that left the session of the gateway. */
function familyOf(root: number): readonly number[] {
  const parents = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [[Number(name), parentOf(name)]] : []));
  const family = [root];
  for (const pid of family) family.push(...parents.flatMap(([child, parent]) => (parent === pid ? [child] : [])));
  return family;
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0; // ended meanwhile
  }
}

function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** `0100007F:12EA`: the address as one little-endian word; anything else as the kernel writes it. */
function shown(local: string): string {
  const [address, port] = local.split(':');
  const bytes = [...Buffer.from(address, 'hex')];
  return `${bytes.length === 4 ? bytes.reverse().join('.') : address}:${Number.parseInt(port, 16)}`;
}
