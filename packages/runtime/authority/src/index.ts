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
