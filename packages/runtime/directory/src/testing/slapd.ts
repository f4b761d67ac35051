import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { makeCertificates } from './certificates.js';

const run = promisify(execFile);

/** Debian's `slapd`: a directory that nobody here wrote. */
export const hasSlapd = pathOf('slapd') !== undefined && pathOf('slapadd') !== undefined;

export interface SlapdOptions {
  /** Entries below `dc=plant`, as LDIF. */
  readonly entries: string;
  /** Further lines of its configuration. */
  readonly configuration?: readonly string[];
}

/** An OpenLDAP server of its own, on loopback, with its data in a temporary folder: over ldap:// with StartTLS, and over ldaps://. */
export class Slapd implements AsyncDisposable {
  readonly port: number;
  readonly securePort: number;
  readonly #directory: TemporaryDirectory;
  #child: ChildProcess | undefined;

  private constructor(port: number, securePort: number, directory: TemporaryDirectory) {
    this.port = port;
    this.securePort = securePort;
    this.#directory = directory;
  }

  static async start({ entries, configuration = [] }: SlapdOptions): Promise<Slapd> {
    const directory = await temporaryDirectory('fieldwarden-slapd-');
    const slapd = new Slapd(await freePort(), await freePort(), directory);
    await mkdir(join(directory.path, 'data'));
    await makeCertificates(directory.path);
    await writeFile(slapd.#file('slapd.conf'), [...slapd.#configuration(), ...configuration, ''].join('\n'));
    await writeFile(slapd.#file('entries.ldif'), `${base}\n${entries}`);
    await run(pathOf('slapadd')!, ['-f', slapd.#file('slapd.conf'), '-l', slapd.#file('entries.ldif')]);
    await slapd.up();
    return slapd;
  }

  get url(): string {
    return `ldap://127.0.0.1:${this.port}`;
  }

  get secureUrl(): string {
    return `ldaps://localhost:${this.securePort}`;
  }

  /** The authority of its certificate, which is for `localhost`. */
  get caFile(): string {
    return this.#file('ca.pem');
  }

  /** Starts it again after `down`. */
  async up(): Promise<void> {
    const urls = `${this.url} ldaps://127.0.0.1:${this.securePort}`;
    // -d keeps it in the foreground
    this.#child = spawn(pathOf('slapd')!, ['-d', '0', '-f', this.#file('slapd.conf'), '-h', urls], { stdio: 'ignore' });
    await waitFor(async () => (await answers(this.port)) && (await answers(this.securePort)), {
      what: 'slapd to listen',
    });
  }

  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** SIGSTOP and SIGCONT: the system takes connections for it, and it answers nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.down('SIGKILL');
    await this.#directory[Symbol.asyncDispose]();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }

  #configuration(): readonly string[] {
    return [
      ...['core', 'cosine', 'inetorgperson', 'nis'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      `pidfile ${this.#file('slapd.pid')}`,
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `TLSCACertificateFile ${this.#file('ca.pem')}`,
      `TLSCertificateFile ${this.#file('server.pem')}`,
      `TLSCertificateKeyFile ${this.#file('server.key')}`,
      'database mdb',
      `suffix "${suffix}"`,
      `directory ${this.#file('data')}`,
      'index objectClass,uid,member eq',
      `access to attrs=userPassword by anonymous auth by * none`,
      `access to * by dn.exact="${serviceDn}" read by * none`,
    ];
  }
}

const suffix = 'dc=plant';

/** May read everything but passwords. Nobody else may read anything. */
export const serviceDn = 'cn=fieldwarden,dc=plant';
export const servicePassword = 'of the service account';

const base = `
dn: ${suffix}
objectClass: dcObject
objectClass: organization
dc: plant
o: plant

dn: ${serviceDn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: fieldwarden
userPassword: ${servicePassword}

dn: ou=people,${suffix}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${suffix}
objectClass: organizationalUnit
ou: groups
`;

/** LDIF of somebody below `ou=people,dc=plant`. */
export function person(uid: string, password: string): string {
  return `
dn: uid=${uid},ou=people,${suffix}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid}
sn: ${uid}
userPassword: ${password}
`;
}

/** LDIF of a group below `ou=groups,dc=plant`; members are relative to `dc=plant`. */
export function group(cn: string, members: readonly string[]): string {
  return `
dn: cn=${cn},ou=groups,${suffix}
objectClass: groupOfNames
cn: ${cn}
${members.map((member) => `member: ${member},${suffix}\n`).join('')}`;
}

function pathOf(command: string): string | undefined {
  // Debian keeps servers in a folder that is not in everybody's path.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
