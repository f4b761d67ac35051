export {
  CertificateBook,
  type BookedCertificate,
  type BookPage,
  type CertificateBookDependencies,
  type Moved,
  type UnreadableFile,
} from './book/certificate-book.js';
export { LastSeen, readLastSeen, type Sighting } from './book/last-seen.js';
export { movableStores, storeFolders, type MovableStore, type StoreFolders } from './book/store-folders.js';
export { expiryStages, ExpiryWatch, type ExpiryStage, type ExpiryWatchDependencies } from './expiry/expiry-watch.js';
export { certificateFacts, keyFingerprint, thumbprintOf, type CertificateFacts } from './facts/certificate-facts.js';
export { readCertificate } from './facts/read-certificate.js';
export {
  applicationUriOf,
  day,
  dayMs,
  judgeCertificate,
  ownOrganisation,
  renewBeforeEndMs,
  type CertificateNeeds,
  type CertificateVerdict,
} from './facts/judge-certificate.js';
export {
  certifiedNames,
  machineNames,
  ownNames,
  wildcards,
  type OwnNames,
  type OwnNamesSources,
} from './facts/own-names.js';
export { checkTlsFiles, type CheckedTlsFiles, type TlsFinding } from './tls/check-tls-files.js';
export { makeServerCertificate, type CertificateRequest, type KeyPair } from './tls/make-certificate.js';
export { ensureOwnTlsCertificate, ownTlsFiles, type OwnTlsCertificate } from './tls/own-tls-certificate.js';
export { TlsKeeper, type ServedTls, type TlsKeeperDependencies } from './tls/tls-keeper.js';
export type { TlsSettings } from './tls/tls-settings.js';
