import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';

/** An authority in a directory of its own, with a certificate for a broker at 127.0.0.1 and one for a client. PEM; everybody may read them. */
export class TestCertificates implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory;
  }

  static async make(): Promise<TestCertificates> {
    const directory = await temporaryDirectory('fieldwarden-certificates-');
    execFileSync('sh', ['-c', script], { cwd: directory.path, stdio: 'ignore' });
    return new TestCertificates(directory);
  }

  get authority(): string {
    return this.#file('ca.pem');
  }

  get broker(): { readonly certFile: string; readonly keyFile: string } {
    return { certFile: this.#file('broker.pem'), keyFile: this.#file('broker.key') };
  }

  /** Settings of a client that trusts the authority and shows its certificate. */
  get client(): { readonly caFile: string; readonly certFile: string; readonly keyFile: string; readonly alpn: null } {
    return {
      caFile: this.authority,
      certFile: this.#file('client.pem'),
      keyFile: this.#file('client.key'),
      alpn: null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }
}

const script = `
  set -e
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2
  for name in broker client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr -subj /CN=$name
    echo "subjectAltName=IP:127.0.0.1" > $name.ext
    openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $name.ext -out $name.pem
  done
  chmod -R a+rX .
`;
