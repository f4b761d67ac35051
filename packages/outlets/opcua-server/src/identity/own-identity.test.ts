import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { closeCertificates, openCertificates } from './certificates.js';
import { checkOwnIdentity, ownFiles } from './own-identity.js';

it('names the file and the remedy of whichever is damaged, lost or of another key, and refuses no sound pair', async () => {
  await using directory = await temporaryDirectory();
  const { keyFile, certificateFile } = ownFiles(directory.path);
  await checkOwnIdentity(directory.path); // nothing there yet
  const stores = await openCertificates(directory.path);
  const { server } = stores;
  await server.createSelfSignedCertificate({
    applicationUri: 'urn:test',
    dns: [],
    outputFile: certificateFile,
    startDate: new Date(),
    subject: '/O=Fieldwarden',
    validity: 10,
  });
  await closeCertificates(stores);
  await checkOwnIdentity(directory.path);
  const key = await readFile(keyFile, 'utf8');
  const refusal = async (): Promise<unknown> => await checkOwnIdentity(directory.path).catch((error: unknown) => error);
  const damaged = (file: string) => ({
    code: 'OPCUA_IDENTITY_DAMAGED',
    kind: 'config',
    message: expect.stringMatching(new RegExp(`${file.replaceAll('.', '\\.')}.*(?:Restore)`)) as string,
  });
  for (const [file, content] of [[keyFile, 'garbage'], [keyFile, ''], [certificateFile, 'garbage']] as const) {
    const before = await readFile(file, 'utf8');
    await writeFile(file, content);
    expect(await refusal()).toMatchObject(damaged(file));
    await expect(openCertificates(directory.path)).rejects.toMatchObject({ code: 'OPCUA_IDENTITY_DAMAGED' });
    await writeFile(file, before);
  } // prettier-ignore
  await rm(keyFile);
  expect(await refusal()).toMatchObject(damaged(certificateFile));
  await using other = await temporaryDirectory();
  await closeCertificates(await openCertificates(other.path));
  await mkdir(dirname(keyFile), { recursive: true });
  await writeFile(keyFile, await readFile(ownFiles(other.path).keyFile));
  expect(await refusal()).toMatchObject({ message: expect.stringContaining('does not belong') as string });
  await writeFile(keyFile, key);
  await checkOwnIdentity(directory.path);
});
