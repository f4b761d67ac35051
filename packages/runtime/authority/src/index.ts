export type {
  Author,
  ConfigAuthority,
  Generation,
  GenerationSummary,
  PublishCommand,
  SiteAuthority,
  StoredDraft,
} from './config-authority.js';
