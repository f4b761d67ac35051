import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ListeningPort {
  readonly address: string;
  readonly port: number;
}

/** proc(5), net/tcp: state of a socket that listens. */
const listening = '0A';

/** TCP ports on which these processes listen, by what the kernel says; undefined where it does not. */
export function listeningPorts(pids: readonly number[]): readonly ListeningPort[] | undefined {
  const inodes = new Set(pids.flatMap(socketsOf));
  const tables = ['tcp', 'tcp6'].map((name) => linesOf(`/proc/self/net/${name}`));
  if (tables.every((lines) => lines === undefined)) return undefined;
  return tables.flatMap((lines) => (lines ?? []).flatMap((line) => portOf(line, inodes)));
}

/** A process and all below it. */
export function processTree(root: number): readonly number[] {
  const found = [root];
  for (const pid of found) found.push(...childrenOf(pid));
  return found;
}

function childrenOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) => (readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').match(/\d+/g) ?? []).map(Number)); // prettier-ignore
  } catch {
    return [];
  }
}

function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? []); // prettier-ignore
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}

function linesOf(path: string): readonly string[] | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return undefined;
  }
}

/** `0: 0100007F:12EA 00000000:0000 0A … inode` */
function portOf(line: string, inodes: ReadonlySet<string>): readonly ListeningPort[] {
  const fields = line.trim().split(/\s+/);
  const [, local = '', , state] = fields;
  if (state !== listening || !inodes.has(fields[9])) return [];
  const [address, port] = local.split(':');
  return [{ address: addressOf(address), port: Number.parseInt(port, 16) }];
}

/** Words of four bytes, each in the order of the machine: little-endian wherever this runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (isMapped) return bytes.slice(12).join('.');
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return bytes[15] === 1 ? '::1' : '::';
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('').replace(/(.{4})(?=.)/g, '$1:'); // prettier-ignore
}
