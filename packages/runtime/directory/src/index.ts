export { DirectoryPeople, type AskAccessService, type DirectoryPeopleDependencies } from './client/directory-people.js';
export type { LastGrants } from './client/known-roles.js';
export { ProviderPeople, type ProviderPeopleDependencies, type SignedInAtProvider } from './client/provider-people.js';
export type { BegunAtProvider } from './oidc/oidc-provider.js';
export { RoleMap } from './roles/role-map.js';
export { accessSettings, type AccessSettings } from './settings/access-settings.js';
