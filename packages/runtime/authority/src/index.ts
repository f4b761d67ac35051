export type {
  Author,
  ConfigAuthority,
  Generation,
  GenerationSummary,
  PublishCommand,
  SiteAuthority,
  StoredDraft,
} from './config-authority.js';
export { authorityFileName, EmbeddedAuthority, type EmbeddedAuthorityOptions } from './embedded/embedded-authority.js';
export { openAuthority, type OpenAuthorityOptions } from './open-authority.js';
export type { PostgresAuthority } from './postgres/postgres-authority.js';
export { type PostgresAuthorityOptions } from './postgres/postgres-settings.js';
export {
  AuthorityLink,
  type AuthorityFollower,
  type AuthorityLinkOptions,
  type AuthorityState,
} from './link/authority-link.js';
export { AuthorityReader, type AuthorityReaderOptions } from './link/authority-reader.js';
export { compareGenerations, type Comparison, type Held, type LocalGeneration } from './link/held.js';
